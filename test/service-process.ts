import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

/** A service of ours as a process of its own, as the lab runs it. */
export interface ServiceProcess extends AsyncDisposable {
  url: string
  output: () => string
}

/** Starts a package's main.ts with just this environment and waits for its `/healthz`. @throws with what it printed when it ends early */
export async function startService(name: string, port: number, env: Record<string, string>): Promise<ServiceProcess> {
  const main = fileURLToPath(new URL(`../packages/${name}/src/main.ts`, import.meta.url))
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', LAB_LEASH: 'stdin', LOG_LEVEL: 'warn', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const url = `http://127.0.0.1:${port}`
  await until(`${name} to be ready`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${output}`)
    return (await fetch(`${url}/healthz`).catch(() => undefined))?.ok
  })
  return { url, output: () => output, [Symbol.asyncDispose]: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** A port that nobody held a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port')
  return address.port
}
