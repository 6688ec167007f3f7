import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fixturePart, until } from '../test-parts/fixture-part.ts'
import { findBusyPorts } from './busy-ports.ts'
import type { Part } from './part.ts'
import { createSupervisor, type Supervisor } from './supervisor.ts'

const never = new AbortController().signal
let directory: string
let supervisor: Supervisor | undefined
let said: string[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab-supervisor-'))
  said = []
})
afterEach(async () => {
  await supervisor?.stop()
  rmSync(directory, { recursive: true, force: true })
})

function supervise(...parts: Part[]): Supervisor {
  return superviseWith({}, ...parts)
}

function superviseWith(options: { graceMs?: number }, ...parts: Part[]): Supervisor {
  supervisor = createSupervisor(parts, {
    ...options,
    cwd: directory,
    logs: directory,
    say: (line) => said.push(line),
    onChange: () => undefined,
    decideRestart: () => ({ kind: 'restart', afterMs: 10, reason: 'first_exit' }),
  })
  return supervisor
}

async function answers(port: number, path = '/'): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}${path}`).then(
    () => true,
    () => false,
  )
}

const diaryFile = () => join(directory, 'diary')
const diary = () => (existsSync(diaryFile()) ? readFileSync(diaryFile(), 'utf8') : '')

it('starts all parts, says so for each, and ends them in reverse order', async () => {
  const parts = await Promise.all(['a', 'b', 'c'].map(async (name) => fixturePart({ name, port: await freePort(), diary: diaryFile() })))
  await supervise(...parts).start(never)
  expect(supervisor?.status().map(({ name, state }) => `${name} ${state}`)).toEqual(['a ready', 'b ready', 'c ready'])
  expect(said.filter((line) => line.includes('ready'))).toHaveLength(3)
  await supervisor?.stop()
  const ends = diary()
    .split('\n')
    .filter((line) => line.includes('TERM'))
  expect(ends.map((line) => line[0])).toEqual(['c', 'b', 'a'])
  expect(await findBusyPorts(parts)).toEqual([])
})

it('starts a part only when those that it names are ready', async () => {
  const first = fixturePart({ name: 'first', port: await freePort() })
  const second = fixturePart({ name: 'second', port: await freePort() })
  let firstWasReady: boolean | undefined
  const launch: Part['launch'] = async (signal) => {
    firstWasReady = await first.isReady()
    return second.launch(signal)
  }
  await supervise(first, { ...second, after: ['first', 'one that is not there'], launch }).start(never)
  expect(firstWasReady).toBe(true)
})

it('prepares a part before each start, and goes on trying when that fails', async () => {
  const part = fixturePart({ name: 'a', port: await freePort() })
  let launches = 0
  const launch: Part['launch'] = async (signal) => {
    launches += 1
    if (launches === 2) throw new Error('the disk is full')
    return part.launch(signal)
  }
  await supervise({ ...part, launch }).start(never)
  await answers(part.port, '/crash')
  await until(() => launches === 3 && supervisor?.status()[0]?.state === 'ready')
  expect(said.some((line) => line.includes('could not be started: the disk is full'))).toBe(true)
})

it('says what a part could not be prepared for, and leaves nothing running', async () => {
  const good = fixturePart({ name: 'good', port: await freePort() })
  const launch = () => Promise.reject(new Error('no such binaries'))
  const bad: Part = { ...fixturePart({ name: 'bad', port: await freePort() }), launch }
  await expect(supervise(good, bad).start(never)).rejects.toThrow('bad could not be started: no such binaries')
  await supervisor?.stop()
  expect(await findBusyPorts([good])).toEqual([])
})

it('starts a part again that ended by itself, and says so', async () => {
  const port = await freePort()
  await supervise(fixturePart({ name: 'a', port })).start(never)
  const first = supervisor?.status()[0]?.pid
  await answers(port, '/crash')
  await until(() => supervisor?.status()[0]?.state === 'ready' && supervisor.status()[0]?.pid !== first)
  expect(supervisor?.status()[0]?.restarts).toBe(1)
  expect(said.some((line) => line.includes('ended (exit status 3)'))).toBe(true)
})

it('keeps a part down that was killed and is held, and starts it when the hold is released', async () => {
  const port = await freePort()
  let heldUntil = Date.now() + 60_000
  supervisor = createSupervisor([fixturePart({ name: 'a', port })], {
    cwd: directory,
    logs: directory,
    say: (line) => said.push(line),
    onChange: () => undefined,
    decideRestart: () => ({ kind: 'restart', afterMs: 1, reason: 'first_exit' }),
    heldUntil: () => heldUntil,
  })
  await supervisor.start(never)
  process.kill(supervisor.status()[0]?.pid ?? 0, 'SIGKILL')
  await until(() => said.some((line) => line.includes('it is kept down')))
  expect(supervisor.status()[0]).toMatchObject({ state: 'backoff', restarts: 0 })
  heldUntil = 0
  await until(() => supervisor?.status()[0]?.state === 'ready')
})

it('fails the start with the part, its exit status and the end of its log', async () => {
  const bad = fixturePart({ name: 'bad', port: await freePort(), behaviour: 'fails' })
  const good = fixturePart({ name: 'good', port: await freePort() })
  await expect(supervise(good, bad).start(never)).rejects.toThrow(/bad failed to start: exit status 7(.|\n)*pod bay doors/)
  await supervisor?.stop()
  expect(await findBusyPorts([good, bad])).toEqual([])
})

it('says what cannot be started at all', async () => {
  const missing: Part = {
    ...fixturePart({ name: 'a', port: await freePort() }),
    launch: async () => ({ command: ['/nonexistent/program'], env: {} }),
  }
  await expect(supervise(missing).start(never)).rejects.toThrow(/could not be started: .*ENOENT/)
})

it('kills a part that ignores TERM', async () => {
  const part = fixturePart({ name: 'a', port: await freePort(), behaviour: 'ignores TERM', diary: diaryFile() })
  await superviseWith({ graceMs: 300 }, part).start(never)
  await supervisor?.stop()
  expect(diary()).toContain('a got TERM')
  expect(await findBusyPorts([part])).toEqual([])
})

it('leaves no process and no port when it is stopped while it starts', async () => {
  const parts = await Promise.all(['a', 'b'].map(async (name) => fixturePart({ name, port: await freePort() })))
  const abort = new AbortController()
  const starting = supervise(...parts).start(abort.signal)
  abort.abort(new Error('Ctrl-C'))
  await expect(starting).rejects.toThrow('Ctrl-C')
  await supervisor?.stop()
  expect(await findBusyPorts(parts)).toEqual([])
})

it('takes its parts along when it is killed with SIGKILL', async () => {
  const ports = [await freePort(), await freePort()]
  const program = fileURLToPath(new URL('../test-parts/fixture-lab.ts', import.meta.url))
  const lab = spawn(process.execPath, [program, directory, diaryFile(), ...ports.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => lab.stdout.once('data', resolve))
  const pids = diary()
    .split('\n')
    .filter((line) => line.includes('listens'))
    .map((line) => Number(line.split(' ')[2]))
  expect(pids).toHaveLength(2)
  lab.kill('SIGKILL')
  await until(() => pids.every((pid) => readProcess(pid) === null))
  expect(await findBusyPorts(ports.map((port) => ({ port, name: 'p' })))).toEqual([])
})
