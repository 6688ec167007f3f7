import { join } from 'node:path'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { nodeCommand } from '../node-command.ts'
import { isOnPath } from '../process.ts'
import { startServer } from '../start-server.ts'
import { ANSWER, PROBE_PATH } from './backend-answer.ts'
import { nginxCommand } from './nginx.ts'

/** Two addresses that answer at once. */
export interface Backends extends AsyncDisposable {
  urls: string[]
}

/** Starts the backends in one process: nginx where there is one, because they must cost less than any proxy, else a Node server. */
export async function startBackends(
  { core, directory }: { core: number | undefined; directory: string },
  signal: AbortSignal,
): Promise<Backends> {
  const second = await freePort()
  const command = (first: number) => {
    if (!isOnPath('nginx')) return nodeCommand('bench/src/balancer/node-backends.ts', { args: [String(first), String(second)] })
    const listen = [first, second].map((port) => `listen 127.0.0.1:${port};`).join(' ')
    const server = `server { ${listen} location / { default_type application/json; return 200 '${ANSWER}'; } }`
    return nginxCommand(join(directory, 'backends'), server)
  }
  const server = await startServer(command, { readyPath: PROBE_PATH, core }, signal)
  return { urls: [server.url, `http://127.0.0.1:${second}`], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
