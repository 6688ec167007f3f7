import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Launch } from './part.ts'

/** A running process of a part. */
export interface PartProcess {
  pid: number
  /** Settles when the process has ended; says how, e.g. `exit status 1`. Never rejects. */
  ended: Promise<string>
  /** TERM, and KILL for it and all of its group after `graceMs`. */
  end(graceMs: number): Promise<void>
}

interface StartOptions {
  launch: Launch
  /** Where the process runs unless the launch says so. */
  cwd: string
  /** Where standard output and error go; closed here once the process has it. */
  logDescriptor: number
}

/**
 * Starts a process whose standard input is a pipe that we hold: when we end, however, that pipe ends, and so must the process.
 * It leads a process group of its own, so that the terminal's Ctrl-C reaches the lab alone, which then ends the parts in order.
 */
export function startProcess({ launch, cwd, logDescriptor }: StartOptions): PartProcess {
  const [program, ...args] = launch.command
  const child = spawn(program, args, {
    cwd: launch.cwd ?? cwd,
    env: launch.env,
    ...launch.user,
    detached: true,
    stdio: ['pipe', logDescriptor, logDescriptor],
  })
  closeSync(logDescriptor)
  child.stdin?.on('error', () => undefined) // It closed its end: its exit tells the rest.
  const pid = child.pid ?? 0
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => {
      killGroup(pid) // What it left behind.
      resolve(signal ? `ended by ${signal}` : `exit status ${code}`)
    })
  })
  return {
    pid,
    ended,
    async end(graceMs) {
      child.kill('SIGTERM')
      const late = new AbortController()
      const timedOut = delay(graceMs, 'late', { signal: late.signal }).catch(() => 'ended')
      if ((await Promise.race([ended, timedOut])) === 'late') killGroup(pid)
      late.abort()
      await ended
    },
  }
}

function killGroup(leaderPid: number): void {
  if (leaderPid === 0) return // Never started; and 0 would mean our own group.
  try {
    process.kill(-leaderPid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
