import { freePort } from '@oncall-lab/test-kit/free-port'
import type { Contender } from '../contender.ts'
import { LAB_FLAGS, nodeCommand } from '../node-command.ts'
import { type StartedServer, startServer } from '../start-server.ts'

/** An instance of the shop; its database is the one backend it is given. */
interface InstanceContender extends Contender {
  start(...given: Parameters<Contender['start']>): Promise<StartedServer>
}

/** An item out of the database: an instance that answers this with 200 is ready for customers. */
export const ITEM_PATH = '/items/17'

const flags = LAB_FLAGS

/** Started as the process manager does. */
export const instance: InstanceContender = {
  name: 'oncall-lab',
  whyAbsent: () => undefined,
  async start({ backends: [database = ''], core, directory }, signal) {
    const port = await freePort()
    const env = { PORT: String(port), DATABASE_URL: database, LOG_DIR: directory, LOG_LEVEL: 'error' }
    return startServer(() => nodeCommand('packages/inventory/src/main.ts', { flags }), { port, readyPath: ITEM_PATH, core, env }, signal)
  },
}

/** The same parts put together by `instance.ts`, once as they are and once with nothing measured. */
export const withMetrics = assembled(instance.name, 'metrics')
export const withoutMetrics = assembled('without metrics', 'none')

function assembled(name: string, kind: string): InstanceContender {
  return {
    name,
    whyAbsent: () => undefined,
    start: ({ backends: [database = ''], core, directory }, signal) =>
      startServer(
        (port) => nodeCommand('bench/src/inventory/instance.ts', { flags, args: [kind, String(port), database, directory] }),
        { readyPath: ITEM_PATH, core },
        signal,
      ),
  }
}
