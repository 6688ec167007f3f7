import { openSync } from 'node:fs'
import { join } from 'node:path'
import type { RestartDecision } from '@oncall-lab/service-kit/restart-policy'
import { STABLE_AFTER_MS } from '@oncall-lab/service-kit/restart-policy'
import { openFreshLog, readLastLines } from './log-file.ts'
import type { Part, PartState, PartStatus } from './part.ts'
import { type PartProcess, startProcess } from './part-process.ts'
import { untilReady } from './readiness.ts'

/** A part that could not be brought up; the message ends with the tail of its log. */
export class PartFailed extends Error {
  override readonly name = 'PartFailed'
}

/** What a supervised part needs of its surroundings. */
export interface Surroundings {
  cwd: string
  /** Each part writes `<name>.log` here. */
  logs: string
  readyWithinMs: number
  decideRestart: (quickExits: number) => RestartDecision
  /** One line for the person who watches. */
  say: (line: string) => void
  /** Called after every change of state. */
  onChange: () => void
}

/** One part, kept running. */
export interface SupervisedPart {
  status(): PartStatus
  /** Resolves when the part is ready. @throws PartFailed when it ends before, or is not ready in time; the signal's reason when that comes first. */
  start(signal: AbortSignal): Promise<void>
  /** Ends the process for good; safe at any moment. */
  stop(graceMs: number): Promise<void>
}

/** Nothing runs until `start` is called. */
export function supervisePart(part: Part, around: Surroundings): SupervisedPart {
  const logFile = join(around.logs, `${part.name}.log`)
  const stopping = new AbortController()
  let state: PartState = 'stopped'
  let running: PartProcess | undefined
  let startedAt = 0
  let restarts = 0
  let quickExits = 0
  let restartTimer: NodeJS.Timeout | undefined

  const enter = (next: PartState) => {
    state = next
    around.onChange()
  }

  function launch(logDescriptor: number): PartProcess {
    startedAt = Date.now()
    running = startProcess({ command: part.command, cwd: around.cwd, env: part.env, logDescriptor })
    enter('starting')
    return running
  }

  function restartWhenItEnds(present: PartProcess): void {
    void present.ended.then((how) => {
      if (stopping.signal.aborted) return
      running = undefined
      quickExits = Date.now() - startedAt >= STABLE_AFTER_MS ? 1 : quickExits + 1
      const { afterMs } = around.decideRestart(quickExits)
      around.say(`${part.name} ended by itself (${how}); starting it again in ${afterMs / 1000} s. Its log: ${logFile}`)
      enter('backoff')
      restartTimer = setTimeout(restart, afterMs)
    })
  }

  function restart(): void {
    restarts += 1
    const present = launch(openSync(logFile, 'a'))
    restartWhenItEnds(present)
    const over = new AbortController()
    void present.ended.then(() => over.abort())
    untilReady(part, AbortSignal.any([over.signal, stopping.signal])).then(
      () => {
        around.say(`${part.name} is ready again.`)
        enter('ready')
      },
      () => undefined, // It ended again, or the lab goes down: both are told elsewhere.
    )
  }

  return {
    status: () => ({
      name: part.name,
      port: part.port,
      state,
      pid: running?.pid ?? null,
      started_at: running ? new Date(startedAt).toISOString() : null,
      restarts,
    }),

    async start(signal) {
      AbortSignal.any([signal, stopping.signal]).throwIfAborted()
      const present = launch(openFreshLog(logFile))
      const over = new AbortController()
      const failed = (reason: string) => over.abort(new PartFailed(describeFailure(part.name, reason, logFile)))
      void present.ended.then(failed)
      const timer = setTimeout(() => failed(`was not ready within ${around.readyWithinMs / 1000} s`), around.readyWithinMs)
      await untilReady(part, AbortSignal.any([signal, stopping.signal, over.signal])).finally(() => clearTimeout(timer))
      enter('ready')
      restartWhenItEnds(present)
    },

    async stop(graceMs) {
      stopping.abort(new Error(`${part.name} is being stopped`))
      clearTimeout(restartTimer)
      if (running) {
        enter('stopping')
        await running.end(graceMs)
      }
      running = undefined
      enter('stopped')
    },
  }
}

function describeFailure(name: string, reason: string, logFile: string): string {
  const tail = readLastLines(logFile, 15).map((line) => `  | ${line}`)
  return [`${name} failed to start: ${reason}. The end of ${logFile}:`, ...(tail.length ? tail : ['  (empty)'])].join('\n')
}
