import { join } from 'node:path'
import { decideRestart } from '@oncall-lab/service-kit/restart-policy'
import { limitLog } from './log-file.ts'
import type { Part, PartStatus } from './part.ts'
import { type Surroundings, supervisePart } from './supervised-part.ts'

const LOOK_AT_LOGS_MS = 30_000
const ALL_WITHIN_MS = 7_000

/** All parts of a lab, kept running. */
export interface Supervisor {
  status(): PartStatus[]
  /** Starts all parts at once, but each after those it names; resolves when all are ready. When one fails it rejects with PartFailed, and the others still run: call `stop`. */
  start(signal: AbortSignal): Promise<void>
  /** Ends the parts in reverse order; whatever is left after 7 s is killed. Safe at any moment, and more than once. */
  stop(): Promise<void>
}

type Options = Pick<Surroundings, 'cwd' | 'logs' | 'say' | 'onChange'> &
  Partial<Pick<Surroundings, 'readyWithinMs' | 'decideRestart' | 'heldUntil'>> & {
    /** How long a part may take to end; 5 s unless given. */
    graceMs?: number
  }

/** `127.0.0.1:<port>`, or `-` for a part that listens nowhere. */
export function addressOf(port: number | null): string {
  return port === null ? '-' : `127.0.0.1:${port}`
}

/** Nothing runs until `start` is called. */
export function createSupervisor(parts: Part[], { graceMs = 5_000, ...options }: Options): Supervisor {
  const around: Surroundings = { readyWithinMs: 90_000, decideRestart, ...options }
  const supervised = parts.map((part) => supervisePart(part, around))
  let logWatch: NodeJS.Timeout | undefined
  let stopped: Promise<void> | undefined

  async function stopAll(): Promise<void> {
    clearInterval(logWatch)
    const deadline = Date.now() + ALL_WITHIN_MS
    for (const part of supervised.toReversed()) await part.stop(Math.max(0, Math.min(graceMs, deadline - Date.now())))
  }

  return {
    status: () => supervised.map((part) => part.status()),
    async start(signal) {
      const begin = Date.now()
      logWatch = setInterval(() => {
        for (const { name } of parts) limitLog(join(around.logs, `${name}.log`))
      }, LOOK_AT_LOGS_MS)
      const started = new Map<string, Promise<void>>()
      for (const { part, start } of supervised) {
        const { name, port, after = [] } = part
        const before = after.map((other) => started.get(other))
        const startInTurn = async () => {
          await Promise.all(before)
          await start(signal)
          around.say(`  ready  ${name.padEnd(16)} ${addressOf(port).padEnd(16)} ${((Date.now() - begin) / 1000).toFixed(1)} s`)
        }
        started.set(name, startInTurn())
      }
      await Promise.all(started.values())
    },
    stop() {
      stopped ??= stopAll()
      return stopped
    },
  }
}
