import type { Contender } from '../contender.ts'
import { nodeCommand } from '../node-command.ts'
import { startServer } from '../start-server.ts'
import { PROBE_PATH } from './backend-answer.ts'

/** A proxy library of npm, run by the script of its name in `peers/`: arguments are the port and the backends. */
export function nodePeer(name: string, script: string): Contender {
  return {
    name,
    whyAbsent: () => undefined,
    start: ({ backends, core }, signal) =>
      startServer(
        (port) => nodeCommand(`bench/src/balancer/peers/${script}.ts`, { args: [String(port), ...backends] }),
        { readyPath: PROBE_PATH, core },
        signal,
      ),
  }
}
