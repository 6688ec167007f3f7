import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import { defineDatabaseFault } from './database-fault.ts'
import { answers } from './session.ts'

/** The gate looks every second, and a server that hangs is ended hard after four more. */
const STOPS_WITHIN_MS = 10_000
const STARTS_WITHIN_MS = 20_000
const LOOK_EVERY_MS = 200

/**
 * The server is really stopped, and stays so until the time in the hold file or until that file is gone. The gate before the server (gate.sh of the package
 * postgres-server) sees to both and needs nobody else for it.
 */
export const dbDown = defineDatabaseFault({
  mode: 'db_down',
  says: 'the database server is stopped',
  fields: {},
  trial: { seconds: 30, shows: ['database_lost', 'errors'] },
  async start({ url, holdFile }, ttlSeconds) {
    if (!holdFile) throw conflict("The database server is not the lab's own, so it is not stopped (PM_DATABASE_HOLD_FILE is not set)")
    if (!(await answers(url))) throw conflict('The database server is down already')
    const until = Math.floor(Date.now() / 1_000) + ttlSeconds
    await hold(holdFile, until)
    const release = async () => {
      await rm(holdFile, { force: true })
      if (!(await comesTrue(() => answers(url), STARTS_WITHIN_MS))) throw new Error('The database server has not come back yet')
    }
    if (!(await comesTrue(async () => !(await answers(url)), STOPS_WITHIN_MS))) {
      await rm(holdFile, { force: true })
      throw conflict('The database server did not stop: gate.sh with the same hold file does not run before it')
    }
    const ended = new AbortController()
    const over = untilLetGo(holdFile, until * 1_000, ended.signal).then(release)
    over.catch(() => undefined)
    return {
      over,
      async [Symbol.asyncDispose]() {
        ended.abort()
        await release()
      },
    }
  },
  /** A process manager that only begins has not stopped it. */
  async recover({ holdFile }) {
    if (holdFile) await rm(holdFile, { force: true })
  },
})

/** As a whole or not at all, and readable by the server's user. */
async function hold(file: string, until: number): Promise<void> {
  await writeFile(`${file}.new`, `${until}\n`, { mode: 0o644 })
  await rename(`${file}.new`, file)
}

/** Until its time is over, or somebody has started the server. */
async function untilLetGo(file: string, until: number, signal: AbortSignal): Promise<void> {
  while (Date.now() < until && existsSync(file)) await setTimeout(LOOK_EVERY_MS, undefined, { signal, ref: false })
}

async function comesTrue(condition: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await setTimeout(LOOK_EVERY_MS)) if (await condition()) return true
  return false
}
