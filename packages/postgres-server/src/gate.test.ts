import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const GATE = fileURLToPath(new URL('gate.sh', import.meta.url))

const SERVER_MARK = 'console.log(process.pid)'
/** A server as far as gate.sh knows one: says its number when it runs, and ends with 0 on INT. */
const SERVER = `process.on('SIGINT', () => process.exit(0)); ${SERVER_MARK}; setInterval(() => {}, 1000);`

let directory: string
let hold: string
const gates: ChildProcess[] = []
const servers: number[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gate-'))
  hold = join(directory, 'hold')
})
afterEach(() => {
  for (const gate of gates.splice(0)) gate.stdin?.end()
  for (const pid of servers.splice(0)) if (readProcess(pid)?.command.includes(SERVER_MARK)) process.kill(pid, 'SIGKILL')
  rmSync(directory, { recursive: true })
})

interface Gate {
  process: ChildProcess
  /** The pid of the next server that starts. */
  nextServer(): Promise<number>
  exit: Promise<unknown[]>
}

function startGate(script = SERVER, leash = true): Gate {
  const child = spawn('/bin/sh', [GATE, hold, process.execPath, '-e', script], {
    env: leash ? { PATH: process.env.PATH, LAB_LEASH: 'stdin' } : { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  gates.push(child)
  const lines: string[] = []
  let arrived = () => {}
  child.stdout?.on('data', (chunk) => {
    lines.push(...String(chunk).trim().split('\n'))
    arrived()
  })
  return {
    process: child,
    exit: once(child, 'exit'),
    async nextServer() {
      while (lines.length === 0)
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      const pid = Number(lines.shift())
      servers.push(pid)
      return pid
    },
  }
}

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds
const writeHold = (content: string | number) => writeFileSync(hold, `${content}\n`)

async function untilGone(pid: number): Promise<void> {
  while (readProcess(pid)) await delay(20)
}

describe('a hold', () => {
  it('stops the server, and starts it again by itself when its time is over', async () => {
    const gate = startGate()
    const first = await gate.nextServer()
    const until = secondsFromNow(3)
    writeHold(until)
    await untilGone(first)
    expect(Date.now() / 1_000).toBeLessThan(until)
    expect(await gate.nextServer()).not.toBe(first)
    expect(Date.now() / 1_000).toBeGreaterThanOrEqual(until)
  })

  it('keeps a server from starting, and ends when its file is removed', async () => {
    writeHold(secondsFromNow(600))
    const gate = startGate()
    const started = gate.nextServer()
    expect(await Promise.race([started, delay(1_200, 'held')])).toBe('held')
    rmSync(hold)
    expect(await started).toBeGreaterThan(0)
  })

  it.each([
    ['nothing', ''],
    ['words', 'soon'],
    ['a negative number', '-5'],
    ['a number and something else', `${secondsFromNow(60)} or later`],
    ['a number beyond all arithmetic', '9'.repeat(40)],
    ['a time that is over', secondsFromNow(-1)],
    ['a time more than 900 s ahead', secondsFromNow(930)],
  ])('is none with %s in its file', async (_, content) => {
    writeHold(content)
    expect(await startGate().nextServer()).toBeGreaterThan(0)
  })

  it('lets TERM end the gate at once', async () => {
    writeHold(secondsFromNow(600))
    const gate = startGate()
    await vi.waitFor(() => expect(catchesTerm(gate.process.pid)).toBe(true), { timeout: 10_000, interval: 5 })
    gate.process.kill('SIGTERM')
    expect(await gate.exit).toEqual([0, null])
  })
})

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends the server by INT, waits for it, and takes its exit status',
    async (signal) => {
      const gate = startGate(SERVER.replace('process.exit(0)', 'setTimeout(() => process.exit(9), 200)'))
      const server = await gate.nextServer()
      gate.process.kill(signal)
      expect(await gate.exit).toEqual([9, null])
      expect(readProcess(server)).toBeNull()
    },
  )

  it('of the server is the end of the gate, with its exit status, so that its supervisor starts both again', async () => {
    const gate = startGate(`${SERVER} setTimeout(() => process.exit(3), 100)`)
    expect(await gate.exit).toEqual([3, null])
  })

  it('of whoever holds the leash ends the server', async () => {
    const gate = startGate()
    const server = await gate.nextServer()
    gate.process.stdin?.end()
    await gate.exit
    expect(readProcess(server)).toBeNull()
  })

  it('of standard input is nothing without a leash, as in a container', async () => {
    const gate = startGate(SERVER, false)
    const server = await gate.nextServer()
    gate.process.stdin?.end()
    expect(await Promise.race([gate.exit, delay(300, 'runs')])).toBe('runs')
    gate.process.kill('SIGTERM')
    await gate.exit
    expect(readProcess(server)).toBeNull()
  })

  it('of the gate by SIGKILL ends the server too', async () => {
    const gate = startGate()
    const server = await gate.nextServer()
    gate.process.kill('SIGKILL')
    await untilGone(server)
  })

  it('comes by QUIT to a server that does not mind INT', async () => {
    const gate = startGate(`process.on('SIGQUIT', () => process.exit(7)); ${SERVER.replace('process.exit(0)', '0')}`)
    await gate.nextServer()
    gate.process.kill('SIGTERM')
    expect(await gate.exit).toEqual([7, null])
  })
})

/** True when the process has set its own handler for SIGTERM: before that, the signal ends it without its trap. */
function catchesTerm(pid: number | undefined): boolean {
  const caught = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  return (BigInt(`0x${caught}`) & (1n << BigInt(constants.signals.SIGTERM - 1))) !== 0n
}
