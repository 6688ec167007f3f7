import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import type { DecisionOutcome, PersonDecision } from './actions/approvals.ts'
import { startActions } from './actions/start-actions.ts'
import { type AgentParts, actionParts, answerParts, investigationParts } from './agent-parts.ts'
import type { Incident, Proposed, ProposeRequest } from './api.ts'
import type { IncomingMessage, VendorReport } from './channels/channel.ts'
import { answerMessage } from './conversation/answer-message.ts'
import { receiveMessage } from './conversation/receive-message.ts'
import { watchDigest } from './delivery/digest.ts'
import { watchEscalation } from './delivery/escalation.ts'
import { watchJoined } from './delivery/joined.ts'
import { type AttemptOutcome, runOutbox } from './delivery/outbox.ts'
import { queueUpdates } from './delivery/queue-updates.ts'
import { watchReceipts } from './delivery/receipts.ts'
import { lastEnded, type OverDependencies, tellOver } from './delivery/tell-over.ts'
import { watchUnpaged } from './delivery/unpaged.ts'
import type { ReceivedAlert } from './incidents/received-alert.ts'
import { readSeverities } from './incidents/severity.ts'
import { inquiryLimits } from './inquiries/answer-inquiry.ts'
import { createInquiries, type Inquiries } from './inquiries/inquiries.ts'
import { finalize } from './investigation/finalize.ts'
import { conductInvestigation, lookAround, seenErrorRate } from './investigation/investigator.ts'
import { type FactsDependencies, pageFacts } from './investigation/page-facts.ts'
import { proposeRemedy, type RemedyDependencies } from './investigation/remediate.ts'
import { LOOK_AGAIN_AFTER_MS } from './investigation/second-look.ts'
import { createLull } from './lull.ts'
import { proposeForProgram } from './propose-for-program.ts'
import { receiveAlerts } from './receive-alerts.ts'
import { createSecondLooks } from './second-looks.ts'
import { createSharedWork } from './shared-work.ts'
import type { AlertOutcome } from './store/alert-store.ts'
import type { Store } from './store/ports.ts'
import { watchAlone } from './watch-alone.ts'
import { createWorkQueue } from './work-queue.ts'

/** Alerts and messages in; investigations, answers and deliveries follow in the background. */
export interface Agent extends AsyncDisposable {
  /** When it resolves, the alerts are on disk. @throws LabError 503 when they cannot be stored. */
  receiveAlerts(alerts: ReceivedAlert[]): Promise<AlertOutcome[]>
  /** Tells people of what was closed and has to be told. */
  tell(outcomes: AlertOutcome[]): Promise<void>
  /** When it resolves, the message is on disk; false when it was taken before. */
  takeMessage(message: IncomingMessage): Promise<boolean>
  /** Stores what a vendor says became of a message of ours. */
  takeReport(vendorId: string, report: VendorReport): Promise<void>
  /** A decision about a proposed action, as it comes by the API. */
  decide(what: 'approve' | 'deny', decision: PersonDecision & { reason?: string | undefined }): Promise<DecisionOutcome>
  /** A proposal of another program; a person decides. @throws LabError 403 or 409 with the reason. */
  propose(incident: Incident, request: Omit<ProposeRequest, 'incident'>, signal: AbortSignal): Promise<Proposed>
  /** Questions that open no incident. */
  inquiries: Inquiries
  /** Refs of open incidents that nobody could be paged about. */
  unpaged(): string[]
  /** Settles when no investigation and no answer is under way. */
  idle(): Promise<void>
}

/** A storm over thousands of services must leave Prometheus to others. */
const LOOKS_AT_ONCE = 4
const INQUIRIES_AT_ONCE = 4
const ESCALATE_AFTER_MS = 300_000
/** How often a process that shares its store looks for work that nobody does. */
const SWEEP_MS = 1_000

/** Starts the agent; what a restart interrupted goes on at once. Work on one incident is done in order. */
export async function startAgent(parts: AgentParts): Promise<Agent> {
  const { store, metrics, messenger, onError, contacts, retryMs = 5_000, settleMs, escalateAfterMs = ESCALATE_AFTER_MS } = parts
  const [personOnCall] = contacts
  const ending = new AbortController()
  const queue = createWorkQueue(parts.limits.sideBySide)
  // Beside the incidents: questions must not hold them up.
  const asking = createWorkQueue(INQUIRIES_AT_ONCE)

  /** Nothing is given up: an error that nobody foresaw is told and the work is taken up again. */
  const persist = async (what: string, task: (signal: AbortSignal) => Promise<void>) => {
    while (!ending.signal.aborted) {
      try {
        return await task(ending.signal)
      } catch (error) {
        if (ending.signal.aborted) return
        onError(what, error)
        await sleep(retryMs, undefined, { signal: ending.signal }).catch(() => {})
      }
    }
  }
  const work = (key: string, what: string, task: (signal: AbortSignal) => Promise<void>) => queue.add(key, () => persist(what, task))
  const investigation = investigationParts(parts)
  // Behind the queue: a proposal follows the answer that a person waits for.
  const propose = (incidentId: string) =>
    work(incidentId, `remedy of ${incidentId}`, async (signal) => {
      await store.hold(incidentId, (held, lost) =>
        proposeRemedy({ ...remedy, store: held }, incidentId, AbortSignal.any([signal, lost])).catch((error) => giveUp(signal, error)),
      )
    })
  const giveUp = (signal: AbortSignal, error: unknown) => {
    if (!signal.aborted) onError('no remedy was proposed', error)
  }
  const actions = await startActions({
    ...actionParts(parts),
    persist: (what, task) => void persist(what, task),
    onDenied: ({ incident_id }) => propose(incident_id),
  })
  const remedy: RemedyDependencies = { ...investigation, proposeTools: actions.tools }
  const conversation = answerParts(parts, actions)
  const looking = createSemaphore(LOOKS_AT_ONCE)
  const facts: FactsDependencies = {
    ...parts,
    personOnCall,
    factsAfterMs: parts.limits.factsAfterMs,
    render: investigation.render,
    pagesPerHour: parts.limits.pagesPerHour,
    look: (incident, signal) =>
      looking.run(() => {
        signal.throwIfAborted()
        return lookAround(investigation, incident, signal)
      }),
  }
  const ends: OverDependencies = { store, errorRate: (incident, signal) => looking.run(() => seenErrorRate(parts, incident, signal)) }
  // Beside the queue: it may wait for minutes, and answers must not.
  const over = (incidentId: string) =>
    void persist(`end of ${incidentId}`, async (signal) => {
      await finalize(store, incidentId)
      await tellOver(ends, incidentId, signal)
    })
  const webhooks = createLull()
  const shared = createSharedWork({
    store,
    work,
    ready: webhooks.wait,
    investigate: (held, incidentId, signal) => conductInvestigation({ ...investigation, store: held }, incidentId, signal),
    onInvestigated(incidentId) {
      over(incidentId)
      propose(incidentId)
      secondLooks.follow(incidentId)
    },
    answer: (held, message, signal) => answerMessage({ ...conversation, store: held }, message, signal),
  })
  const secondLooks = createSecondLooks({
    store,
    investigation,
    afterMs: parts.lookAgainAfterMs ?? LOOK_AGAIN_AFTER_MS,
    work,
    onLooked(incidentId) {
      propose(incidentId)
      secondLooks.follow(incidentId)
    },
    onError,
  })
  /** Incidents whose facts are followed here, while they have no diagnosis. */
  const factsOf = new Set<string>()
  const investigate = (incidentId: string, { opensNow = false } = {}) => {
    shared.investigate(incidentId)
    if (factsOf.has(incidentId)) return
    factsOf.add(incidentId)
    // Beside the queue: who waits for a turn waits for no page.
    const begunMs = Date.now()
    void persist(`facts of ${incidentId}`, async (signal) => {
      await webhooks.wait()
      await pageFacts(facts, { incidentId, ...(opensNow && { openedMs: begunMs }) }, signal)
    })
  }

  /** What waits for somebody, and is no other process's. */
  const takeUp = async () => {
    const pending = await store.incidents.pendingInvestigations()
    for (const incidentId of pending) investigate(incidentId)
    const still = new Set(pending)
    for (const incidentId of factsOf) if (!still.has(incidentId)) factsOf.delete(incidentId)
    for (const message of await store.inbox.unanswered()) shared.answer(message)
  }
  const takeUpAll = async () => {
    await takeUp()
    for (const tool of parts.actTools) await tool.resume?.()
    for (const incidentId of await lastEnded(store)) over(incidentId)
    for (const incidentId of await openInvestigated(store)) {
      propose(incidentId)
      secondLooks.follow(incidentId)
    }
  }
  await takeUpAll()
  const unfollow = store.onFreed(
    () => void takeUpAll().catch((error: unknown) => onError('taking up the work of a process that ended', error)),
  )
  const sweep = setInterval(() => {
    if (store.isShared) takeUp().catch((error: unknown) => onError('looking for work', error))
  }, SWEEP_MS).unref()
  const inquiries = await createInquiries({
    ...investigationParts(parts),
    inquiries: store.inquiries,
    limits: inquiryLimits(parts.limits),
    service: parts.inquiryService ?? 'inventory',
    work: (id, task) => asking.add(id, () => persist(`inquiry ${id}`, task)),
  })
  const unpaged = watchUnpaged(parts)
  const { rank = readSeverities(), listLink: link } = parts
  const watches = await watchAlone({
    store,
    work: 'digest, escalation and joined alerts',
    onError,
    async start() {
      const digest = await watchDigest({ store, rank, link, onError })
      const escalation = await watchEscalation({ store, contacts, escalateAfterMs, onError, render: investigation.render })
      const joined = await watchJoined({ store, rank, onError })
      return {
        stop() {
          digest.stop()
          escalation.stop()
          joined.stop()
        },
      }
    },
  })
  const onAttempt = (outcome: AttemptOutcome) => {
    metrics.messagesOut.inc({ outcome })
    unpaged.refresh()
  }
  const receipts = await watchReceipts({
    store,
    messenger,
    onError,
    onReceipt(outcome) {
      metrics.messagesOut.inc({ outcome })
      unpaged.refresh()
    },
    askAfterMs: parts.askAfterMs,
  })
  const outbox = persist('outbox', (signal) => runOutbox({ store, messenger, onAttempt, settleMs }, signal))

  return {
    async receiveAlerts(alerts) {
      const outcomes = await webhooks.during(() => receiveAlerts({ store, personOnCall }, alerts))
      // Each sort once: to count 20,000 alerts one by one would take longer than to store them.
      for (const [reason, all] of Map.groupBy(outcomes, (outcome) => outcome.reason)) metrics.alerts.inc({ reason }, all.length)
      for (const [effect, all] of Map.groupBy(outcomes, (outcome) => outcome.effect))
        if (effect !== 'none') metrics.incidents.inc({ effect }, all.length)
      for (const { effect, incidentId } of outcomes) {
        if (effect === 'opened' && incidentId) investigate(incidentId, { opensNow: true })
        if (effect === 'resolved' && incidentId) over(incidentId)
        if ((effect === 'reopened' || effect === 'joined') && incidentId) secondLooks.notice(incidentId)
      }
      await unpaged.pageAgain(outcomes)
      return outcomes
    },
    async tell(outcomes) {
      await store.transaction((ports) => queueUpdates(ports, outcomes, personOnCall))
      // A stale one is told as such.
      for (const { effect, reason, incidentId } of outcomes) if (effect === 'resolved' && reason !== 'stale' && incidentId) over(incidentId)
    },
    async takeMessage(incoming) {
      const message = await receiveMessage(store, incoming)
      if (message) shared.answer(message)
      return message !== undefined
    },
    takeReport: receipts.report,
    decide: (what, decision) => (what === 'approve' ? actions.approve(decision) : actions.deny(decision)),
    propose: (incident, request, signal) =>
      proposeForProgram(
        { targets: parts.targets, policy: actionParts(parts).policy, proposeTools: actions.tools },
        incident,
        request,
        signal,
      ),
    inquiries,
    unpaged: unpaged.refs,
    async idle() {
      await Promise.all([queue.idle(), asking.idle()])
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      unfollow()
      unpaged.stop()
      actions.stop()
      secondLooks.stop()
      receipts.stop()
      ending.abort(new Error('the agent is stopping'))
      await watches.stop()
      await Promise.all([queue.idle(), asking.idle(), outbox]).catch((error: unknown) => onError(describeError(error), error))
    },
  }
}

/** Incidents of the last while that may still get a proposal. */
const TAKEN_UP = 100

async function openInvestigated({ incidents }: Store): Promise<string[]> {
  return (await incidents.list(TAKEN_UP)).flatMap(({ id, status }) => (status === 'diagnosed' || status === 'inconclusive' ? id : []))
}
