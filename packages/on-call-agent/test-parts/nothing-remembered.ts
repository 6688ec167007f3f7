/** For connectors of which no function is called. */
export const nothingRemembered = () => {
  throw new Error('The test gave the connectors no store')
}
