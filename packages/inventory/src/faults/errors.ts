import type { Fault } from './fault.ts'

/** The share `p_error` of all storage calls finds its connection closed. */
export const errors: Fault = {
  mode: 'errors',
  start({ p_error }, surroundings) {
    surroundings.onConnectionUse = (connection) => {
      if (Math.random() < p_error) connection.close()
    }
    return () => {
      surroundings.onConnectionUse = undefined
    }
  },
}
