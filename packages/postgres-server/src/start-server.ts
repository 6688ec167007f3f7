import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { answersQuery } from './query.ts'
import { holdFile, type Launch, prepareServer, shopUrl } from './server.ts'
import { reachableDirectory } from './server-user.ts'

const READY_WITHIN_MS = 30_000
const ASK_EVERY_MS = 20
const PREFIX = 'oncall-lab-postgres-'

/** A server that runs; disposing ends it. */
export interface RunningServer extends AsyncDisposable {
  /** As the role `shop` on the database `shop`. */
  url: string
  port: number
  /** See gate.sh. */
  holdFile: string
  /** Of gate.sh, which leads a process group of its own. */
  pid: number
}

interface StartOptions {
  /** Keeps its data here; without it the server has new data that goes when it is disposed. */
  directory?: string
  /** `name=value` beside those of server.conf, e.g. `fsync=off`. */
  settings?: string[]
}

/**
 * Starts a server on a free port, for tests and measurements; resolves when it answers a query. It ends with this process, however that ends.
 * @throws Error with the server's log when it is not ready in time.
 */
export async function startServer({ directory, settings = [] }: StartOptions = {}): Promise<RunningServer> {
  if (directory) return start(reachableDirectory(directory), settings)
  removeAbandoned()
  const home = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  chmodSync(home, 0o755)
  const own = reachableDirectory(join(home, 'server'))
  const remove = () => {
    for (const path of [own, home]) rmSync(path, { recursive: true, force: true })
  }
  const server = await start(own, settings).catch((error: unknown) => {
    remove()
    throw error
  })
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      remove()
    },
  }
}

async function start(directory: string, settings: string[]): Promise<RunningServer> {
  const port = await freePort()
  const url = shopUrl(port)
  const launch = await prepareServer({ directory, port, settings })
  const logFile = join(directory, 'server.log')
  const child = run(launch, logFile)
  const ended = () => child.exitCode !== null || child.signalCode !== null
  const dispose = async () => {
    if (ended()) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await answersQuery(url))) {
    if (!ended() && Date.now() < deadline) await delay(ASK_EVERY_MS)
    else {
      await dispose()
      throw new Error(`The PostgreSQL server was not ready. Its log:\n${readFileSync(logFile, 'utf8')}`)
    }
  }
  return { url, port, holdFile: holdFile(directory), pid: child.pid ?? 0, [Symbol.asyncDispose]: dispose }
}

/** In a process group of its own, so that the terminal's Ctrl-C reaches the tests alone, which then end it. */
function run({ command: [program, ...args], cwd, env, user }: Launch, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a')
  const child = spawn(program, args, { cwd, env, ...user, detached: true, stdio: ['pipe', log, log] })
  closeSync(log)
  return child
}

/** The data of test runs that were killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : 0
    if (owner && readProcess(owner) === null) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}
