import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import { defineDatabaseFault } from './database-fault.ts'

const LOOK_EVERY_MS = 500

/**
 * The role of the instances gets a new password. Open connections stay as they are and live for half a minute at most; then an instance that runs gets no new ones, while one that starts
 * now has the new password. Restarting the instances, one after the other, is enough: then this is over. At its end those that still hold the old one are restarted.
 */
export const rotatedPassword = defineDatabaseFault({
  mode: 'rotated_password',
  says: 'the password of the instances is changed; those that run hold the old one',
  fields: {},
  trial: { seconds: 75, shows: ['database_errors_28P01', 'errors'] },
  async start({ login }, ttlSeconds) {
    if (!login) throw conflict("The database server is not the lab's own, so its passwords are not changed")
    await login.rotate()
    const ended = new AbortController()
    const until = Date.now() + ttlSeconds * 1_000
    const renew = async () => {
      while (login.outdated().length > 0) {
        await login.renew().catch(() => undefined)
        if (login.outdated().length > 0) await setTimeout(LOOK_EVERY_MS, undefined, { ref: false })
      }
    }
    const isOver = () => ended.signal.aborted || Date.now() >= until || login.outdated().length === 0
    const over = (async () => {
      while (!isOver()) await setTimeout(LOOK_EVERY_MS, undefined, { signal: ended.signal, ref: false }).catch(() => undefined)
      await renew()
    })()
    return {
      over,
      async [Symbol.asyncDispose]() {
        ended.abort()
        await over
      },
    }
  },
})
