import { openSync } from 'node:fs'
import { join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { RestartDecision } from '@oncall-lab/service-kit/restart-policy'
import { STABLE_AFTER_MS } from '@oncall-lab/service-kit/restart-policy'
import { OWNER_ONLY, openFreshLog, readLastLines } from './log-file.ts'
import type { Launch, Part, PartState, PartStatus } from './part.ts'
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
  /** Until when a part is kept down, in Unix ms; 0 when it is not. */
  heldUntil?: (part: string) => number
  /** One line for the person who watches. */
  say: (line: string) => void
  /** Called after every change of state. */
  onChange: () => void
}

/** One part, kept running. */
export interface SupervisedPart {
  part: Part
  status(): PartStatus
  /** Resolves when the part is ready. @throws PartFailed when it ends before, or is not ready in time; the signal's reason when that comes first. */
  start(signal: AbortSignal): Promise<void>
  /** Ends the process for good; safe at any moment. */
  stop(graceMs: number): Promise<void>
}

const LOOK_AT_HOLD_MS = 500

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

  const isHeldDown = () => (around.heldUntil?.(part.name) ?? 0) > Date.now()
  const enter = (next: PartState) => {
    state = next
    around.onChange()
  }

  function run(launch: Launch, logDescriptor: number): PartProcess {
    startedAt = Date.now()
    running = startProcess({ launch, cwd: around.cwd, logDescriptor })
    enter('starting')
    return running
  }

  function restartLater(how: string): void {
    if (stopping.signal.aborted) return
    running = undefined
    quickExits = Date.now() - startedAt >= STABLE_AFTER_MS ? 1 : quickExits + 1
    const { afterMs } = around.decideRestart(quickExits)
    const isHeld = isHeldDown()
    around.say(
      `${part.name} ended (${how}); ${isHeld ? 'it is kept down' : `starting it again in ${afterMs / 1000} s`}. Its log: ${logFile}`,
    )
    enter('backoff')
    restartTimer = setTimeout(launchAgain, isHeld ? LOOK_AT_HOLD_MS : afterMs)
  }

  function launchAgain(): void {
    if (isHeldDown()) restartTimer = setTimeout(launchAgain, LOOK_AT_HOLD_MS)
    else part.launch(stopping.signal).then(restart, (error) => restartLater(`could not be started: ${describeError(error)}`))
  }

  function restart(launch: Launch): void {
    if (stopping.signal.aborted) return
    restarts += 1
    const present = run(launch, openSync(logFile, 'a', OWNER_ONLY))
    void present.ended.then(restartLater)
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
    part,
    status: () => ({
      name: part.name,
      port: part.port,
      state,
      pid: running?.pid ?? null,
      started_at: running ? new Date(startedAt).toISOString() : null,
      restarts,
    }),

    async start(signal) {
      const end = AbortSignal.any([signal, stopping.signal])
      end.throwIfAborted()
      const launch = await part.launch(end).catch((error: unknown) => {
        end.throwIfAborted()
        throw new PartFailed(`${part.name} could not be started: ${describeError(error)}`)
      })
      end.throwIfAborted()
      const present = run(launch, openFreshLog(logFile))
      const over = new AbortController()
      const failed = (reason: string) => over.abort(new PartFailed(describeFailure(part.name, reason, logFile)))
      void present.ended.then(failed)
      const timer = setTimeout(() => failed(`was not ready within ${around.readyWithinMs / 1000} s`), around.readyWithinMs)
      await untilReady(part, AbortSignal.any([end, over.signal])).finally(() => clearTimeout(timer))
      enter('ready')
      void present.ended.then(restartLater)
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
