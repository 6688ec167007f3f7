import { fileURLToPath } from 'node:url'
import { freePort } from '@oncall-lab/test-kit/free-port'
import type { Contender } from '../contender.ts'
import { nodeCommand } from '../node-command.ts'
import { startServer } from '../start-server.ts'
import { PROBE_PATH } from './backend-answer.ts'

/** As packages/lab/src/parts.ts starts it, and with the cache of compiled sources that `./lab` sets. */
const FLAGS = ['--max-semi-space-size=4']
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/oncall-lab', import.meta.url))

/** Our load balancer as the lab starts it, with a fixed list of backends; there is no process manager at `PM_URL`. */
export const ourBalancer: Contender = {
  name: 'oncall-lab',
  whyAbsent: () => undefined,
  async start({ backends, core }, signal) {
    const [port, nobody] = [await freePort(), await freePort()]
    const env = {
      LB_PORT: String(port),
      PM_URL: `http://127.0.0.1:${nobody}`,
      BACKENDS: backends.join(','),
      LOG_LEVEL: 'error',
      NODE_COMPILE_CACHE: CACHE,
    }
    const command = nodeCommand('packages/load-balancer/src/main.ts', { flags: FLAGS })
    return startServer(() => command, { port, readyPath: PROBE_PATH, core, env }, signal)
  },
}
