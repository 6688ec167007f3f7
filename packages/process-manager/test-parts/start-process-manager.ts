import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@oncall-lab/test-kit/started-process'
import { until } from '@oncall-lab/test-kit/until'
import type { Instance, InstanceList } from '../src/api.ts'

/** A real process manager with real instances on ports of its own. */
export interface RunningProcessManager extends AsyncDisposable {
  url: string
  pid: number
  firstPort: number
  lastPort: number
  targetsFile: string
  /** Of this process manager and no other; its instances have it in their environment as LOG_DIR. */
  directory: string
  exited: Promise<unknown>
  kill(signal: NodeJS.Signals): void
  send(method: string, path: string, body?: unknown): Promise<{ status: number; text: string; json: unknown }>
  instances(): Promise<Instance[]>
  /** Waits until each instance is running and there are so many. */
  untilRunning(count: number): Promise<Instance[]>
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const RUNNING_WITHIN_S = 30

interface StartOptions {
  databaseUrl: string
  replicas: number
  ports?: number
  /** Node's own. */
  flags?: string[]
}

/** Starts one, over the targets file that another one left behind; resolves when it listens. */
export async function startProcessManager({ databaseUrl, replicas, ports = 4, flags = [] }: StartOptions): Promise<RunningProcessManager> {
  const directory = mkdtempSync(join(tmpdir(), 'process-manager-'))
  const targetsFile = join(directory, 'targets', 'inventory_targets.json')
  mkdirSync(dirname(targetsFile))
  writeFileSync(targetsFile, JSON.stringify([{ labels: { job: 'inventory' }, targets: ['127.0.0.1:1'] }]))
  const firstPort = await findFreePorts(ports)
  const env = {
    PM_PORT: '0',
    PM_BASE_PORT: String(firstPort),
    PM_MAX_PORT: String(firstPort + ports - 1),
    PM_SD_FILE: targetsFile,
    PM_REPLICAS: String(replicas),
    DATABASE_URL: databaseUrl,
    LOG_DIR: directory,
  }
  const { url, pid, exited, kill, ...started } = await startProcess({ main: MAIN, flags, env })
  const send: RunningProcessManager['send'] = async (method, path, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(url + path, { method, ...init })
    const text = await answer.text()
    return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : null }
  }
  const instances = async () => ((await send('GET', '/instances')).json as InstanceList).instances
  return {
    url,
    pid,
    firstPort,
    lastPort: firstPort + ports - 1,
    targetsFile,
    directory,
    exited,
    kill,
    send,
    instances,
    async untilRunning(count) {
      const running = async () => {
        const list = await instances()
        return list.length === count && list.every(({ state }) => state === 'running') && list
      }
      return until(`${count} running instances`, running, RUNNING_WITHIN_S)
    },
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The first of so many neighbouring ports on which nobody listens. */
async function findFreePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)))
    if (free.every(Boolean)) return first
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
