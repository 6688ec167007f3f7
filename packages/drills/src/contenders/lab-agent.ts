import { setTimeout } from 'node:timers/promises'
import type { Action, Diagnosis } from '@oncall-lab/on-call-agent/api'
import { eventsOf } from '../lab/events-of.ts'
import type { IncidentWithTimelineOf } from '../lab/world.ts'
import type { Report } from '../report.ts'
import { type Answer, type Call, type Contender, NoAnswer } from './contender.ts'
import { lookUpCitations } from './look-up-citations.ts'

const LOOK_EVERY_MS = 400
/** After its diagnosis the agent proposes at once, or not at all. */
const PROPOSES_WITHIN_MS = 9_000
/** Where the alert had fallen silent, it may fire again, and its incident is looked at once more. */
const PROPOSES_AGAIN_WITHIN_MS = 25_000
const ACTS_WITHIN_MS = 45_000
/** What is approved waits for a world that cannot be read, as long as its approval is worth something (`execute-action.ts` of the agent). */
const WAITS_WITHIN_MS = 125_000
const FILES_WITHIN_MS = 12_000
/** It looks again 20 s after a diagnosis that did not settle the cause; with the time that a look takes. */
const LOOKS_AGAIN_WITHIN_MS = 28_000
/** Alerts about the lab's own parts, which no drill is about. */
export const OWN_SERVICES = ['agent', 'stand-ins', 'console']

/** The on-call agent of the lab, with whichever model its environment names. */
export function labAgent(): Contender {
  return {
    name: 'lab',
    async model(world) {
      const { OPENAI_MODEL, OPENAI_BASE_URL, OPENAI_API_KEY } = world.lab.env
      return OPENAI_BASE_URL || OPENAI_API_KEY ? (OPENAI_MODEL ?? 'default') : 'rules-model'
    },
    async answer(call) {
      const incident = await untilAnswered(call)
      return readAnswer(call, incident)
    },
  }
}

async function untilAnswered({ world, since, deadline, signal }: Call): Promise<IncidentWithTimelineOf> {
  let seen: string | undefined
  while (Date.now() < deadline) {
    // An agent that stands still, or is being restarted, is asked again.
    const incidents = await world.incidents().catch(() => [])
    const own = incidents.filter(({ opened_at, service }) => Date.parse(opened_at) >= since && !OWN_SERVICES.includes(service))
    const first = own.at(-1)
    if (first) {
      seen = first.ref
      const incident = await world.incident(first.id)
      const failed = eventsOf(incident, 'investigation_failed')[0]
      if (failed && incident.diagnosis === null) throw new NoAnswer('provider_error', `${failed.reason}: ${failed.message}`)
      if (madeByModel(incident)) return incident
      if (failed) throw new NoAnswer('provider_error', `${failed.reason}: ${failed.message}`)
    }
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
  }
  throw new NoAnswer(seen ? 'no_answer' : 'no_alert', seen ? `${seen} had no diagnosis in time` : 'no page came')
}

/** A page that was made without a model says so; it is nobody's diagnosis. */
function madeByModel(incident: IncidentWithTimelineOf): boolean {
  return incident.diagnosis !== null && eventsOf(incident, 'diagnosis').some(({ made_by }) => made_by === 'model')
}

async function readAnswer(call: Call, incident: IncidentWithTimelineOf): Promise<Answer> {
  const { diagnosis } = incident
  if (!diagnosis) throw new Error('an answered incident has a diagnosis')
  const results = eventsOf(incident, 'tool_result')
  const usages = eventsOf(incident, 'usage')
  const total = (read: (event: (typeof usages)[number]) => number) => usages.reduce((sum, event) => sum + read(event), 0)
  return {
    pagedAt: Date.parse(incident.opened_at),
    answeredAt: Date.parse(incident.diagnosed_at ?? incident.opened_at),
    report: reportOf(diagnosis, incident),
    citations: await lookUpCitations(call.world, diagnosis.evidence, incident),
    usage: {
      calls: total(({ calls }) => calls),
      functions: results.length,
      input_tokens: total(({ input_tokens }) => input_tokens),
      output_tokens: total(({ output_tokens }) => output_tokens),
    },
    read: JSON.stringify(results.map(({ result }) => result)) + JSON.stringify(incident.alerts),
    followUp: (wish) => (wish === 'ticket' ? fileTicket(call, incident) : approveAll(call, incident)),
    last: () => lookAgain(call, incident),
  }
}

function reportOf(diagnosis: Diagnosis, { hypotheses }: IncidentWithTimelineOf): Report {
  const { status, cause, component, confidence, root_cause, instances, affected_file, line_number, next_steps, evidence } = diagnosis
  return {
    status,
    cause: cause ?? 'unknown',
    component: component ?? '',
    confidence,
    root_cause,
    ...(instances && { instances }),
    ...(affected_file && { affected_file }),
    ...(line_number && { line_number }),
    next_steps,
    evidence: evidence.map(({ tool_call_id, quote }) => ({ tool_call_id, quote })),
    hypotheses: hypotheses.map((each) => ({ cause: each.cause, confidence: each.confidence })),
  }
}

/** Only what did not settle the cause is looked at again (`second-look.ts` of the agent). */
async function lookAgain({ world, signal }: Call, first: IncidentWithTimelineOf): ReturnType<NonNullable<Answer['last']>> {
  const begun = Date.parse(first.diagnosed_at ?? first.opened_at)
  for (;;) {
    const now = await world.incident(first.id)
    if (now.diagnosis && now.diagnosed_at !== null && now.diagnosed_at !== first.diagnosed_at)
      return { report: reportOf(now.diagnosis, now), answeredAt: Date.parse(now.diagnosed_at) }
    if (!isUnsettled(first) || now.resolved_at !== null || Date.now() > begun + LOOKS_AGAIN_WITHIN_MS) return null
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
  }
}

const isUnsettled = ({ diagnosis }: IncidentWithTimelineOf) => diagnosis?.status === 'suspected' || diagnosis?.status === 'inconclusive'

/** The person on call allows what the agent proposes: the agent is on trial, not the person. Where the cause was not settled they wait for the second look, too. */
async function approveAll({ world, signal }: Call, first: IncidentWithTimelineOf): ReturnType<Answer['followUp']> {
  const begun = Date.now()
  const quietSince = { at: begun }
  const proposesWithinMs = PROPOSES_WITHIN_MS + (isUnsettled(first) ? LOOKS_AGAIN_WITHIN_MS : 0)
  const approved = new Set<string>()
  for (;;) {
    const actions = await world.actions()
    for (const { id, status } of actions) {
      if (status !== 'proposed' || approved.has(id)) continue
      approved.add(id)
      await world.approve(id).catch(() => undefined) // It may have expired, or become void: its status says so.
    }
    const isBusy = actions.some(
      ({ status, ended_at, output }) => ['proposed', 'approved'].includes(status) || (status === 'started' && !ended_at && !output),
    )
    if (isBusy) quietSince.at = Date.now()
    // Void is what the world had changed for, by the time it was approved: a person waits for what the agent says of the new one.
    const isSettled = actions.some(({ status }) => status !== 'void')
    const patience = isSettled ? 1_500 : actions.length > 0 ? PROPOSES_AGAIN_WITHIN_MS : proposesWithinMs
    const waits = actions.some(({ status }) => status === 'approved')
    const deadline = begun + (waits ? WAITS_WITHIN_MS : ACTS_WITHIN_MS)
    if ((!isBusy && Date.now() - quietSince.at > patience) || Date.now() > deadline) return { actions: actions.map(asDone), ticket: null }
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
  }
}

function asDone({ action, arguments: args, status, started_at }: Action) {
  return { action, arguments: args, status, atMs: started_at === null ? null : Date.parse(started_at) }
}

async function fileTicket({ world, signal }: Call, { id }: IncidentWithTimelineOf): ReturnType<Answer['followUp']> {
  await world.tell(id, 'create Jira task and assign to Ravi')
  const deadline = Date.now() + FILES_WITHIN_MS
  let ticket: string | null = null
  while (ticket === null && Date.now() < deadline) {
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
    ticket = (await world.incident(id)).ticket?.key ?? null
  }
  return { actions: (await world.actions()).map(asDone), ticket }
}
