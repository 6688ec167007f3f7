import type { Incident } from '../api.ts'
import type { Tool } from '../functions/tool.ts'
import type { Store, StoredAction } from '../store/ports.ts'
import type { Action } from './action.ts'
import { actionEvents } from './action-events.ts'
import { actionLines } from './action-texts.ts'
import { approveAction, type DecisionOutcome, denyAction, type PersonDecision } from './approvals.ts'
import { type ExecuteDependencies, executeAction } from './execute-action.ts'
import type { ActionPolicy } from './policy.ts'
import { proposeAction } from './propose-action.ts'
import type { Gauges } from './sli.ts'
import { queueTold } from './tell-action.ts'

/** What actions are made of. */
export interface ActionsDependencies extends ExecuteDependencies {
  store: Store
  policy: ActionPolicy
  /** Runs a task in the background until it ends without an error. */
  persist: (what: string, task: (signal: AbortSignal) => Promise<void>) => void
  onError: (what: string, error: unknown) => void
  /** Counts each step: a proposal, a refusal's reason, a decision, an end. */
  onStep: (step: string, reason: string) => void
  /** Called with a proposal that a person denied with a reason. */
  onDenied: (action: StoredAction) => void
  /** Four digits; random unless a test says otherwise. */
  code?: () => string
}

/** Proposals in, decisions in; what is approved is carried out in the background. */
export interface Actions {
  /** `propose_action` over these actions, with the figures that show whether there is still something to cure; none where nothing may be proposed. */
  tools(there: { actions: readonly Action[]; gauges: readonly Gauges[] }): Tool[]
  approve(decision: PersonDecision): Promise<DecisionOutcome>
  deny(decision: PersonDecision & { reason?: string | undefined }): Promise<DecisionOutcome>
  stop(): void
}

/** Takes up what a restart cut off: what was approved or had started, and the time of what waits. */
export async function startActions(deps: ActionsDependencies): Promise<Actions> {
  const { store, policy, persist, onError, onStep, personOnCall } = deps
  const timers = new Map<string, NodeJS.Timeout>()
  // One process at a time: another would take what has started for interrupted.
  const execute = (id: string) =>
    persist(`action ${id}`, async (signal) => {
      await store.hold(`action ${id}`, (held, lost) => executeAction({ ...deps, store: held }, id, AbortSignal.any([signal, lost])))
    })
  const expire = (id: string) => {
    timers.delete(id)
    endOpen(deps, id, 'expired').catch((error: unknown) => {
      onError(`expiry of ${id}`, error)
      wait(id, 5_000)
    })
  }
  const wait = (id: string, ms: number) => {
    clearTimeout(timers.get(id))
    timers.set(id, setTimeout(expire, Math.max(0, ms), id).unref())
  }
  const waitFor = ({ id, expires_at }: StoredAction) => wait(id, Date.parse(expires_at) - (deps.now?.() ?? new Date()).getTime())

  const stopListening = store.onEvent(({ incident_id, event }) => {
    if (event.kind === 'incident_resolved')
      voidOpen(deps, incident_id).catch((error: unknown) => onError(`proposals of ${incident_id}`, error))
    if (event.kind.startsWith('action_')) onStep(event.kind, reasonOf(event))
  })
  const takeUp = async () => {
    for (const action of await store.actions.list({ statuses: ['proposed'] })) waitFor(action)
    for (const { id } of await store.actions.list({ statuses: ['approved', 'started'] })) execute(id)
  }
  await takeUp()
  const unfollow = store.onFreed(() => void takeUp().catch((error: unknown) => onError('taking up actions of a process that ended', error)))

  return {
    tools({ actions, gauges }) {
      if (policy.mode === 'off' || actions.length === 0) return []
      const onProposed = (action: StoredAction, decision: 'allow' | 'ask') => (decision === 'allow' ? execute(action.id) : waitFor(action))
      return [proposeAction({ ...deps, personOnCall, onProposed }, actions, gauges)]
    },
    async approve(decision) {
      const outcome = await approveAction(deps, decision)
      if (outcome.kind === 'approved') execute(outcome.action.id)
      else if (outcome.kind === 'refused') onStep('approval_refused', outcome.reason)
      return outcome
    },
    async deny(decision) {
      const outcome = await denyAction(deps, decision)
      if (outcome.kind === 'denied' && decision.reason) deps.onDenied(outcome.action)
      return outcome
    },
    stop() {
      unfollow()
      stopListening()
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

/** Silence is no, and what is over needs no cure. */
async function endOpen({ store, personOnCall }: ActionsDependencies, id: string, to: 'expired' | 'void'): Promise<void> {
  await store.transaction(async (ports) => {
    const action = await ports.actions.find(id)
    const incident = action && (await ports.incidents.find(action.incident_id))
    if (!action || !incident) return
    const why = to === 'expired' ? 'nobody answered in time' : 'the incident is over'
    const events = [to === 'expired' ? actionEvents.expired(action) : actionEvents.voided(action, why)]
    const change = { status_reason: why, ended_at: new Date().toISOString() }
    if ((await ports.actions.move(id, { from: ['proposed'], to, change, events })) !== 'moved') return
    // That it is over is told anyway.
    if (to === 'expired') await queueTold(ports, personOnCall, action, { body: actionLines.expired(incident.ref, action) })
  })
}

async function voidOpen(deps: ActionsDependencies, incidentId: Incident['id']): Promise<void> {
  for (const { id } of await deps.store.actions.list({ statuses: ['proposed'], incidentId })) await endOpen(deps, id, 'void')
}

function reasonOf(event: object): string {
  const { reason, outcome, kind } = event as { reason?: unknown; outcome?: unknown; kind: string }
  return kind === 'action_refused' && typeof reason === 'string' ? reason : typeof outcome === 'string' ? outcome : 'none'
}
