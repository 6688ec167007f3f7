import type { Returnable } from '../surroundings.ts'
import { defineFault } from './fault.ts'

/** A storage call that found or changed nothing (an unknown item, too few pieces), or failed, forgets to give back its connection. */
export const poolLeak = defineFault({
  mode: 'pool_leak',
  says: 'a query that matches no row leaks its connection',
  fields: {},
  trial: { seconds: 40, shows: ['pool_in_use', 'errors'] },
  start(_request, { surroundings }) {
    const forgotten: Returnable[] = []
    surroundings.onConnectionReturn = (connection) => {
      if (connection.isFruitless) forgotten.push(connection)
      else connection.giveBack()
    }
    return () => {
      surroundings.onConnectionReturn = undefined
      for (const connection of forgotten.splice(0)) connection.giveBack()
    }
  },
})
