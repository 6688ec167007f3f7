import type { Fault } from './fault.ts'

/** The share `p_error` of all storage calls finds its connection broken. */
export const errors: Fault = {
  mode: 'errors',
  start({ p_error }, { surroundings }) {
    surroundings.onConnectionUse = (connection) => {
      if (Math.random() < p_error) connection.destroy()
    }
    return () => {
      surroundings.onConnectionUse = undefined
    }
  },
}
