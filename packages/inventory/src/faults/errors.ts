import { Type } from 'typebox'
import { defineFault } from './fault.ts'

/** The share `p_error` of all storage calls finds its connection broken. */
export const errors = defineFault({
  mode: 'errors',
  says: 'a share of the storage calls finds its connection closed',
  fields: {
    p_error: Type.Number({ minimum: 0, maximum: 1, default: 0.3, description: 'share of the storage calls that fail' }),
  },
  trial: { seconds: 40, shows: ['errors'], fields: { p_error: 0.8 } },
  start({ p_error }, { surroundings }) {
    surroundings.onConnectionUse = (connection) => {
      if (Math.random() < p_error) connection.destroy()
    }
    return () => {
      surroundings.onConnectionUse = undefined
    }
  },
})
