import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { Incident } from '../api.ts'
import type { Store, StoredAction } from '../store/ports.ts'
import type { Action, WorldReading } from './action.ts'
import { actionEvents } from './action-events.ts'
import { actionLines } from './action-texts.ts'
import type { Judged } from './decide-outcome.ts'
import { describeDue, type Lags } from './outcome-due.ts'
import { type ActionPolicy, LONGEST_SECONDS } from './policy.ts'
import { readBefore, readLags } from './read-slis.ts'
import type { AlertLag, Gauges } from './sli.ts'
import { queueTold } from './tell-action.ts'
import { watchOutcome } from './watch-outcome.ts'

/** What carrying out needs. */
export interface ExecuteDependencies {
  store: Store
  policy: ActionPolicy
  /** Those that the incident's targets allow. */
  actionsFor: (incident: Incident, signal: AbortSignal) => Promise<{ actions: Action[]; gauges: Gauges[] }>
  personOnCall: string
  now?: (() => Date) | undefined
  /** Between two looks at the world; shorter in tests only. */
  lookEveryMs?: number | undefined
}

/** What is stored before it starts. */
interface Before {
  world: unknown
  judged: Omit<Judged, 'says'>[]
  firing: string[]
  alertLags?: AlertLag[]
}

/** An approval that was not used at once, e.g. because the process died, is worth no more than this. */
const START_WITHIN_MS = 120_000
const RUN_WITHIN_MS = 90_000
/** For so long the world may show nothing of a call whose answer was lost. */
const SETTLE_MS = 20_000
const GIVE_UP_MS = 120_000

/** Takes an approved action to its end; one that has started is taken up where the world shows it to be. Does nothing for any other. */
export async function executeAction(deps: ExecuteDependencies, id: string, signal: AbortSignal): Promise<void> {
  const action = await deps.store.actions.find(id)
  const incident = action && (await deps.store.incidents.find(action.incident_id))
  if (!action || !incident || (action.status !== 'approved' && action.status !== 'started')) return
  const { actions, gauges } = await deps.actionsFor(incident, signal)
  const spec = actions.find(({ name }) => name === action.action)
  const work: Work = { deps, incident, action, gauges, signal }
  if (!spec)
    return action.status === 'approved'
      ? voidIt(work, `${action.action} is not there any more`)
      : lose(work, 'its target cannot be reached')
  if (action.status === 'started') return goOn(work, spec)
  const begun = await begin(work, spec)
  if (begun) await runOnce({ ...work, action: begun }, spec)
}

interface Work {
  deps: ExecuteDependencies
  incident: Incident
  action: StoredAction
  gauges: Gauges[]
  signal: AbortSignal
}

/** Reads the world again, and stores that it starts; undefined when it must not. */
async function begin(work: Work, spec: Action): Promise<StoredAction | undefined> {
  const { deps, incident, action } = work
  const ready = await untilReadable(work, spec)
  if ('void' in ready) {
    await voidIt(work, ready.void)
    return undefined
  }
  const change = { started_at: ready.now.toISOString(), before: JSON.stringify(ready.before) }
  await deps.store.transaction(async (ports) => {
    const moved = await ports.actions.move(action.id, { from: ['approved'], to: 'started', change, events: [actionEvents.started(action)] })
    if (moved !== 'moved') throw new Error(`${action.id} was moved on by somebody else`)
    await ports.incidents.setMitigating(incident.id, true)
    await ports.incidents.enterPhase(incident.id, 'remediate')
  })
  return { ...action, ...change, status: 'started' }
}

/** What cannot be judged is not done: an action whose world cannot be read waits for it, as long as its approval is worth something. */
async function untilReadable(work: Work, spec: Action): Promise<{ now: Date; before: Before } | { void: string }> {
  const { deps, incident, action, signal } = work
  for (let unread: string | undefined; ; ) {
    const now = deps.now?.() ?? new Date()
    if (now.getTime() - Date.parse(action.decided_at ?? '') > START_WITHIN_MS)
      return { void: unread ? `the world cannot be read: ${unread}` : 'the approval was not used in time' }
    if ((await deps.store.incidents.find(incident.id))?.status === 'resolved') return { void: 'the incident is over' }
    try {
      const read = await readWorldBefore(work, spec)
      return 'void' in read ? read : { now, before: read }
    } catch (error) {
      if (signal.aborted) throw error
      if (!unread)
        await queueTold(deps.store, deps.personOnCall, action, { body: actionLines.waits(incident.ref, action, describeError(error)) })
      unread = describeError(error)
    }
    await sleep(deps.lookEveryMs ?? 1_000, undefined, { signal })
  }
}

/** @throws where something cannot be read. */
async function readWorldBefore({ incident, action, gauges, signal }: Work, spec: Action): Promise<Before | { void: string }> {
  const context = { incident, signal }
  const check = await spec.check(action.arguments, context)
  if (check.kind === 'refuse') return { void: `the world has changed: ${check.message}` }
  const { judged, firing } = await readBefore(gauges, spec.verify.slis, context)
  const alertLags = await readLags(gauges, context)
  return { world: await spec.before(action.arguments, context), judged, firing, alertLags }
}

/** The only place that changes the system. An error of the call says nothing about its effect: the world does. */
async function runOnce(work: Work, spec: Action): Promise<void> {
  const { incident, action, signal } = work
  let output: string
  try {
    output = await spec.run(action.arguments, { incident, signal: AbortSignal.any([signal, AbortSignal.timeout(RUN_WITHIN_MS)]) })
  } catch (error) {
    if (signal.aborted) throw error
    return readWorld(work, spec, describeError(error))
  }
  await ran(work, spec, output)
}

/** After a restart. */
async function goOn(work: Work, spec: Action): Promise<void> {
  const { action } = work
  if (action.undo === 'started') return settleUndo(work, 'unknown', 'the agent was cut off while it was undone')
  if (action.output !== null) return verify(work, spec)
  await readWorld(work, spec, 'the agent was cut off while it ran')
}

/** Finds out from the world whether it ran; it is never run again. */
async function readWorld(work: Work, spec: Action, why: string): Promise<void> {
  const { deps, incident, action, signal } = work
  const { world } = beforeOf(action)
  const begin = performance.now()
  const every = deps.lookEveryMs ?? 1_000
  for (let last = why; ; ) {
    const waited = performance.now() - begin
    try {
      const reading: WorldReading = await spec.readOutcome(action.arguments, world, { incident, signal })
      if (reading.kind === 'done') return await ran(work, spec, `${reading.output} (read from the world: ${why})`)
      if (reading.kind === 'not_done' && waited >= Math.min(SETTLE_MS, every * 20)) return await fail(work, why)
      last = reading.kind === 'under_way' ? 'it is still under way' : last
    } catch (error) {
      if (signal.aborted) throw error
      last = describeError(error)
    }
    if (waited > Math.min(GIVE_UP_MS, every * 120)) return lose(work, last)
    await sleep(every, undefined, { signal })
  }
}

async function ran(work: Work, spec: Action, output: string): Promise<void> {
  const { deps, action } = work
  const due = describeDue({ ...lagsOf(work, spec), firing: beforeOf(action).firing }, deps.now?.() ?? new Date())
  await deps.store.actions.move(action.id, {
    from: ['started'],
    to: 'started',
    change: { output },
    events: [actionEvents.ran(action, output, due)],
  })
  await verify({ ...work, action: { ...action, output } }, spec)
}

async function verify(work: Work, spec: Action): Promise<void> {
  const { deps, action, incident, gauges, signal } = work
  const { judged, firing } = beforeOf(action)
  await deps.store.incidents.enterPhase(incident.id, 'verify')
  const reload = async () => (await deps.store.incidents.find(incident.id)) ?? incident
  const outcome = await watchOutcome({ gauges, reload, judged, firingBefore: firing, ...lagsOf(work, spec) }, signal)
  const { kind, message, verification } = outcome
  const undoes = kind === 'worse' && spec.undo !== undefined
  const event = actionEvents.verified(action, kind, message, verification)
  const told = actionLines.outcome(incident.ref, action, kind, message)
  if (!undoes) return end(work, { to: kind, status_reason: message, verification, events: [event], told })
  const change = { verification, status_reason: message, undo: 'started' as const }
  await deps.store.transaction(async (ports) => {
    await ports.actions.move(action.id, { from: ['started'], to: 'started', change, events: [event] })
    await queueTold(ports, deps.personOnCall, action, { body: told })
  })
  await undo({ ...work, action: { ...action, ...change } }, spec)
}

function lagsOf({ deps: { policy }, action }: Work, spec: Action): Lags {
  const seconds = Math.min(spec.verify.seconds, policy.verifySeconds ?? spec.verify.seconds)
  return { seconds, longestSeconds: policy.longestSeconds ?? LONGEST_SECONDS, alertLags: beforeOf(action).alertLags ?? [] }
}

async function undo(work: Work, spec: Action): Promise<void> {
  const { action, incident, signal } = work
  try {
    const output = await spec.undo?.(action.arguments, beforeOf(action).world, {
      incident,
      signal: AbortSignal.any([signal, AbortSignal.timeout(RUN_WITHIN_MS)]),
    })
    await settleUndo(work, 'done', output ?? '')
  } catch (error) {
    if (signal.aborted) throw error
    await settleUndo(work, 'failed', describeError(error))
  }
}

async function settleUndo(work: Work, undone: 'done' | 'failed' | 'unknown', output: string): Promise<void> {
  const { action, incident } = work
  const told = undone === 'done' ? actionLines.undone(incident.ref, action, output) : actionLines.notUndone(incident.ref, action, output)
  await end(work, { to: 'worse', undo: undone, events: [actionEvents.undone(action, undone, output)], told })
}

const voidIt = (work: Work, reason: string) =>
  end(work, {
    to: 'void',
    status_reason: reason,
    events: [actionEvents.voided(work.action, reason)],
    told: actionLines.voided(work.incident.ref, work.action, reason),
  })

const fail = (work: Work, reason: string) =>
  end(work, {
    to: 'failed',
    status_reason: reason,
    events: [actionEvents.failed(work.action, reason)],
    told: actionLines.failed(work.incident.ref, work.action, reason),
  })

const lose = (work: Work, reason: string) =>
  end(work, {
    to: 'unknown',
    status_reason: reason,
    events: [actionEvents.unknown(work.action, reason)],
    told: actionLines.unknown(work.incident.ref, work.action, reason),
  })

type Ending = Partial<Pick<StoredAction, 'status_reason' | 'verification' | 'undo'>> & {
  to: 'void' | 'failed' | 'unknown' | 'verified' | 'no_effect' | 'worse' | 'coincidence'
  events: ReturnType<typeof actionEvents.failed>[]
  told: string
}

/** The end, its event, what the transcript holds of it and the line to the person, in one change. */
async function end({ deps, action, incident }: Work, { to, events, told, ...change }: Ending): Promise<void> {
  const ended_at = (deps.now?.() ?? new Date()).toISOString()
  await deps.store.transaction(async (ports) => {
    const moved = await ports.actions.move(action.id, { from: ['approved', 'started'], to, change: { ...change, ended_at }, events })
    if (moved !== 'moved') return
    await ports.incidents.setMitigating(incident.id, false)
    await ports.transcripts.append(incident.id, [{ role: 'assistant', content: told }])
    await queueTold(ports, deps.personOnCall, action, { body: told })
  })
}

function beforeOf({ before }: StoredAction): Before {
  return JSON.parse(before ?? '{"judged":[],"firing":[]}')
}
