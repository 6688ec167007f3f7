/** What the agent remembers is in its own store; there is nothing to set. */
export const memorySettings = {}
