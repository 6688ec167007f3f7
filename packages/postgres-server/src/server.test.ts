import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answersQuery, query } from './query.ts'
import { prepareServer, recoverServer } from './server.ts'
import { serverUser } from './server-user.ts'
import { type RunningServer, startServer } from './start-server.ts'

let home: string
let directory: string
const others: ChildProcess[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'postgres-server-'))
  chmodSync(home, 0o755)
  directory = join(home, 'server')
})
afterEach(async () => {
  await recoverServer(directory)
  for (const other of others.splice(0)) other.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

const data = () => join(directory, 'data-18')
const lock = () => join(data(), 'postmaster.pid')
const admin = ({ url }: RunningServer) => url.replaceAll('shop', 'postgres')
const serverPid = () => Number.parseInt(readFileSync(lock(), 'utf8'), 10)
const start = () => startServer({ directory })

async function untilGone(pid: number): Promise<void> {
  while (readProcess(pid)) await delay(20)
}

/** Ends the gate and the server as a power cut does. */
async function cutPower(server: RunningServer): Promise<void> {
  const pid = serverPid()
  process.kill(-server.pid, 'SIGKILL')
  await untilGone(pid)
}

async function remember(server: RunningServer): Promise<void> {
  await query(server.url, 'CREATE TABLE notes (text text)')
  await query(server.url, "INSERT INTO notes VALUES ('kept')")
}

const recall = (server: RunningServer) => query(server.url, 'SELECT text FROM notes')
const KEPT = [{ text: 'kept' }]

describe('a server', () => {
  it('listens on this machine only, keeps what is committed, and gives the shop no power over it', async () => {
    await using server = await start()
    const [row] = await query(
      admin(server),
      `SELECT current_setting('listen_addresses') AS listens, current_setting('fsync') AS fsync, current_setting('max_connections') AS connections,
              current_setting('unix_socket_directories') AS sockets`,
    )
    expect(row).toEqual({ listens: '127.0.0.1', fsync: 'on', connections: '60', sockets: '' })
    await query(server.url, 'CREATE TABLE mine ()')
    await expect(query(server.url, 'CREATE ROLE other')).rejects.toThrow('permission denied')
  })

  it.runIf(process.getuid?.() === 0)('runs as nobody when we are root', async () => {
    await using server = await start()
    expect(await answersQuery(server.url)).toBe(true)
    expect(readFileSync(`/proc/${serverPid()}/status`, 'utf8')).toMatch(/^Uid:\s+65534\s+65534/m)
    expect(statSync(data()).uid).toBe(65_534)
  })

  it('still has its data at the next start', async () => {
    {
      await using server = await start()
      await remember(server)
    }
    expect(existsSync(lock())).toBe(false)
    await using server = await start()
    expect(await recall(server)).toEqual(KEPT)
  })
})

describe('after a kill', () => {
  it('of the server and all around it, the next one has what was committed', async () => {
    const killed = await start()
    await remember(killed)
    await cutPower(killed)
    expect(existsSync(lock())).toBe(true)
    await using server = await start()
    expect(await recall(server)).toEqual(KEPT)
  })

  it('of an initdb half-way, the data directory is made anew', async () => {
    await expect(prepareServer({ directory, port: 1 }, AbortSignal.timeout(100))).rejects.toThrow()
    expect(existsSync(data())).toBe(false)
    mkdirSync(join(directory, 'new-1/base'), { recursive: true })
    await using server = await start()
    expect(await answersQuery(server.url)).toBe(true)
    expect(readdirSync(directory).filter((name) => name.startsWith('new-'))).toEqual([])
  })

  it.each([
    ['is gone', async () => ({ pid: await pidOfTheDead(), lives: false })],
    ['belongs to another process of the same user by now', async () => ({ pid: await pidOfAnother(), lives: true })],
    ['is none', async () => ({ pid: Number.NaN, lives: false })],
  ])('a lock file whose process %s is no obstacle, and nobody is harmed', async (_, find) => {
    const killed = await start()
    await remember(killed)
    await cutPower(killed)
    const { pid, lives } = await find()
    const [, ...lines] = readFileSync(lock(), 'utf8').split('\n')
    writeFileSync(lock(), [String(pid), ...lines].join('\n'))
    await using server = await start()
    expect(await recall(server)).toEqual(KEPT)
    expect(readProcess(pid) !== null).toBe(lives)
  })

  it('of the gate alone, a server that still runs on the directory is ended in order', async () => {
    const orphaned = await start()
    await remember(orphaned)
    const pid = serverPid()
    process.kill(orphaned.pid, 'SIGKILL')
    await recoverServer(directory)
    expect(readProcess(pid)).toBeNull()
    expect(existsSync(lock())).toBe(false)
    expect(readFileSync(join(directory, 'server.log'), 'utf8')).toContain('database system is shut down')
    await using server = await start()
    expect(await recall(server)).toEqual(KEPT)
  })
})

it('leaves a server on another directory alone, even when our lock file names it', async () => {
  await using foreign = await startServer()
  const [row] = await query(admin(foreign), "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid")
  await (await start())[Symbol.asyncDispose]()
  writeFileSync(lock(), `${row?.pid}\n`)
  await using server = await start()
  expect([await answersQuery(server.url), await answersQuery(foreign.url)]).toEqual([true, true])
})

async function pidOfTheDead(): Promise<number> {
  const child = spawn('/bin/true')
  await once(child, 'exit')
  return child.pid ?? 0
}

async function pidOfAnother(): Promise<number> {
  const child = spawn('sleep', ['600'], { ...serverUser(), cwd: '/' })
  await once(child, 'spawn')
  others.push(child)
  return child.pid ?? 0
}
