import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { answersQuery } from './query.ts'
import { type Launch, prepareServer, shopUrl } from './server.ts'
import { reachableDirectory } from './server-user.ts'

const READY_WITHIN_MS = 30_000
const ASK_EVERY_MS = 20
const PREFIX = 'oncall-lab-postgres-'

/** A server that runs; disposing ends it and removes its data. */
export interface RunningServer extends AsyncDisposable {
  /** As the role `shop` on the database `shop`. */
  url: string
  port: number
}

interface StartOptions {
  /** `name=value` beside those of server.conf, e.g. `fsync=off`. */
  settings?: string[]
}

/** Starts a server with new data on a free port, for tests and measurements; resolves when it answers a query. It ends with this process, however that ends. */
export async function startServer({ settings = [] }: StartOptions = {}): Promise<RunningServer> {
  removeAbandoned()
  const home = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  chmodSync(home, 0o755)
  const directory = reachableDirectory(join(home, 'server'))
  const port = await freePort()
  const logFile = join(home, 'server.log')
  const launch = await prepareServer({ directory, port, settings })
  const child = run(launch, logFile)
  const url = shopUrl(port)
  const dispose = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    for (const path of [directory, home]) rmSync(path, { recursive: true, force: true })
  }
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await answersQuery(url))) {
    if (child.exitCode === null && Date.now() < deadline) await delay(ASK_EVERY_MS)
    else {
      const log = readFileSync(logFile, 'utf8')
      await dispose()
      throw new Error(`The PostgreSQL server was not ready. Its log:\n${log}`)
    }
  }
  return { url, port, [Symbol.asyncDispose]: dispose }
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port')
  return address.port
}
