import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { QUOTA_BYTES } from './disk.ts'
import type { Machine } from './machine.ts'
import { PLACES, SERVICE } from './places.ts'

/** A unit as systemd would describe it. */
interface UnitState {
  active: 'active' | 'failed' | 'inactive' | 'activating' | 'deactivating'
  sub: 'running' | 'failed' | 'dead' | 'start' | 'stop-sigterm'
  result: 'success' | 'exit-code' | 'signal'
  exitStatus: number
  /** How the main process ended, as `systemctl status` words it. */
  ended: string
  pid: number
  since: number
}

/** The machine's service: a real process that is started, stopped, and watched. */
export interface Unit extends AsyncDisposable {
  readonly state: UnitState
  start(): Promise<boolean>
  stop(): Promise<void>
  restart(): Promise<boolean>
}

/** The memory of a server that answers one page. */
const FLAGS = ['--max-old-space-size=24', '--max-semi-space-size=1']

/** `systemctl` over one service without `Restart=`: what dies stays dead. */
export function createUnit(machine: Machine): Unit {
  const { journal, now } = machine
  const state: UnitState = { active: 'inactive', sub: 'dead', result: 'success', exitStatus: 0, ended: '', pid: 0, since: now() }
  const change = (to: Partial<UnitState>) => Object.assign(state, { since: now() }, to)
  const systemd = (text: string) => journal.add(SERVICE, 'systemd[1]', text)
  let child: ChildProcess | undefined
  let turn: Promise<unknown> = Promise.resolve()

  function spawnServer(): ChildProcess {
    const server = spawn(process.execPath, [...FLAGS, join(import.meta.dirname, 'web-server.ts')], {
      // Its standard input is its leash: it ends with us, however we end.
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        // What was compiled before needs no compiler: 13 MB less.
        ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
        MACHINE_ROOT: machine.root,
        MACHINE_QUOTA: String(QUOTA_BYTES),
        MACHINE_CONFIGURATION: PLACES.configuration,
      },
    })
    server.stdin?.on('error', () => undefined)
    if (server.stderr)
      createInterface({ input: server.stderr }).on('line', (line) => journal.add(SERVICE, `${SERVICE}[${server.pid}]`, line))
    server.once('exit', (code, signal) => {
      if (child !== server) return
      child = undefined
      const ended = signal
        ? `code=killed, signal=${signal.replace('SIG', '')}`
        : `code=exited, status=${code}/${code === 0 ? 'SUCCESS' : 'FAILURE'}`
      if (state.active === 'deactivating') return
      const result = signal ? 'signal' : 'exit-code'
      systemd(`${SERVICE}.service: Main process exited, ${ended}`)
      systemd(`${SERVICE}.service: Failed with result '${result}'.`)
      change({ active: 'failed', sub: 'failed', result, exitStatus: code ?? 9, ended, pid: 0 })
    })
    return server
  }

  async function start(): Promise<boolean> {
    if (child) return true
    systemd(`Starting ${SERVICE}.service - A small web server...`)
    change({ active: 'activating', sub: 'start', result: 'success' })
    const server = spawnServer()
    child = server
    const ready = server.stdout ? once(createInterface({ input: server.stdout }), 'line') : Promise.resolve()
    await Promise.race([ready, once(server, 'exit')])
    if (child !== server) {
      systemd(`Failed to start ${SERVICE}.service - A small web server.`)
      return false
    }
    change({ active: 'active', sub: 'running', exitStatus: 0, ended: '', pid: server.pid ?? 0 })
    systemd(`Started ${SERVICE}.service - A small web server.`)
    return true
  }

  async function stop(): Promise<void> {
    const server = child
    if (server) {
      systemd(`Stopping ${SERVICE}.service - A small web server...`)
      change({ active: 'deactivating', sub: 'stop-sigterm' })
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      const late = setTimeout(() => server.kill('SIGKILL'), 3_000)
      await ended
      clearTimeout(late)
      child = undefined
    }
    change({ active: 'inactive', sub: 'dead', result: 'success', exitStatus: 0, ended: '', pid: 0 })
    systemd(`Stopped ${SERVICE}.service - A small web server.`)
  }

  /** One job at a time, as systemd queues them. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  return {
    state,
    start: () => inTurn(start),
    stop: () => inTurn(stop),
    restart: () => inTurn(async () => stop().then(start)),
    [Symbol.asyncDispose]: () => inTurn(stop),
  }
}
