import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HOST_BREAKAGES } from '../api.ts'
import { QUOTA_BYTES } from './disk.ts'
import type { Machine } from './machine.ts'
import { PLACES } from './places.ts'
import type { Unit } from './unit.ts'

type Breakage = (typeof HOST_BREAKAGES)[number]

/** A busy process ends by itself. */
const BUSY_SECONDS = 600

/** Breaks the machine by its own means, and puts it right again. Nothing outside its folder and its processes is touched. */
export interface Breakages extends AsyncDisposable {
  break(what: Breakage): Promise<void>
  mend(): Promise<void>
  /** The busy process while it runs. */
  busyPid(): number | undefined
}

export function createBreakages(machine: Machine, unit: Unit): Breakages {
  const real = (path: string) => machine.inside(path) ?? ''
  let busy: ChildProcess | undefined

  const endBusy = async () => {
    const child = busy
    if (!child) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  const breaks: Record<Breakage, () => Promise<void>> = {
    async nginx() {
      if (unit.state.pid > 0) process.kill(unit.state.pid, 'SIGKILL')
      const begun = Date.now()
      while (unit.state.active === 'active' && Date.now() - begun < 5_000) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async disk() {
      const line = '10.0.0.7 - "GET /?page=1" 200 a crawler that does not stop\n'
      for (let free = QUOTA_BYTES - machine.usedBytes(); free >= line.length; free = QUOTA_BYTES - machine.usedBytes())
        appendFileSync(real(PLACES.accessLog), line.repeat(Math.min(16_384, Math.floor(free / line.length))))
    },
    async config() {
      appendFileSync(real(PLACES.configuration), 'keepalive_timeoutt 65;\n')
      await unit.restart()
    },
    async cpu() {
      if (busy) return
      const child = spawn(process.execPath, ['--max-old-space-size=16', join(import.meta.dirname, 'busy-process.ts')], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: { BUSY_SECONDS: String(BUSY_SECONDS) },
      })
      busy = child
      child.stdin?.on('error', () => undefined)
      child.once('exit', () => {
        if (busy === child) busy = undefined
      })
    },
  }
  return {
    break: (what) => breaks[what](),
    busyPid: () => busy?.pid,
    async mend() {
      await endBusy()
      if (statSync(real(PLACES.accessLog), { throwIfNoEntry: false })) truncateSync(real(PLACES.accessLog))
      else writeFileSync(real(PLACES.accessLog), '')
      rmSync(`${real(PLACES.accessLog)}.1.gz`, { force: true })
      const isAsSaved = !unit.state.pid
      copyFileSync(real(PLACES.saved), real(PLACES.configuration))
      if (isAsSaved) await unit.restart()
    },
    [Symbol.asyncDispose]: endBusy,
  }
}
