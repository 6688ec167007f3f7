import { describeError } from '@oncall-lab/service-kit/errors'
import { Value } from 'typebox/value'
import type { Diagnosis, Incident, SecondReading } from '../api.ts'
import type { PageWriter } from '../channels/channel.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import { queuePage } from '../delivery/queue-page.ts'
import { callTool, type ToolOutcome } from '../functions/call-tool.ts'
import { ErrorRateResult } from '../functions.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import type { Model } from '../models/model.ts'
import type { Conclusion } from '../store/ports.ts'
import { functionsOf, lookForService, looksWithoutModel } from '../targets/sight.ts'
import { agentSpan } from '../telemetry/gen-ai.ts'
import { NO_TRACER } from '../telemetry/tracer.ts'
import { metered } from '../usage/meter.ts'
import { type InvestigationDependencies, type InvestigationOutcome, investigate } from './loop.ts'
import { hasFacts } from './page-facts.ts'
import { REMEDY_NEXT } from './remediate.ts'
import { readAgain } from './second-reader.ts'
import { storeOutcomes } from './turn.ts'
import { describeWithoutModel } from './without-model.ts'

/** What the investigator needs beside the investigation's own parts. */
export interface InvestigatorDependencies extends InvestigationDependencies {
  /** Who is on call, e.g. `whatsapp:+15550100001`. */
  personOnCall: string
  render: PageWriter['render']
  /** Reads the evidence of each diagnosis for itself; undefined where the model itself is the rules-model. */
  secondReader?: Model | undefined
  /** Hears how an investigation ended: `diagnosed`, `suspected`, … or why it failed. */
  onOutcome: (outcome: string, seconds: number) => void
}

/** Investigates an incident and pages the person on call: with the model's diagnosis, or without one where the model cannot be used. */
export async function conductInvestigation(deps: InvestigatorDependencies, incidentId: string, signal: AbortSignal): Promise<void> {
  const { store, onOutcome } = deps
  const started = performance.now()
  const incident = await store.incidents.find(incidentId)
  if (!incident) throw new Error(`There is no incident ${incidentId}`)
  const { tracer = NO_TRACER } = deps
  const outcome = await metered(deps, incident, (counted) =>
    tracer.span(agentSpan(incident, 'investigate'), () => begin(counted, incident, signal)),
  ).catch((error: unknown) => {
    if (signal.aborted) throw error
    return { kind: 'failed' as const, reason: 'internal_error', message: describeError(error) }
  })
  if (outcome.kind === 'diagnosed') {
    const accepted: ChatMessage = {
      role: 'tool',
      tool_call_id: outcome.call.id,
      content: JSON.stringify({ accepted: true, next: REMEDY_NEXT }),
    }
    const secondReading = await readSecond(deps, incident, outcome.diagnosis, signal)
    await conclude(deps, incidentId, { diagnosis: outcome.diagnosis, madeBy: 'model', secondReading }, accepted)
  } else {
    await store.incidents.append(incidentId, { kind: 'investigation_failed', reason: outcome.reason, message: outcome.message })
    const diagnosis = await lookWithoutModel(deps, incident, outcome.message, signal)
    const said: ChatMessage = { role: 'assistant', content: `The engineer was paged without a model: ${diagnosis.root_cause}` }
    await conclude(deps, incidentId, { diagnosis, madeBy: 'fallback', why: outcome.message }, said)
  }
  onOutcome(outcome.kind === 'diagnosed' ? outcome.diagnosis.status : outcome.reason, (performance.now() - started) / 1000)
}

async function readSecond(
  { secondReader: reader, store, targets, limits }: InvestigatorDependencies,
  incident: Incident,
  first: Diagnosis,
  signal: AbortSignal,
): Promise<SecondReading | undefined> {
  if (!reader) return undefined
  const { seeing } = await lookForService(targets, incident, signal)
  const transcript = await store.transcripts.read(incident.id)
  return readAgain({ reader, limits, tools: functionsOf(seeing) }, incident, { first, transcript }, signal)
}

/** What a transcript breaks must not break every restart: an investigation that was cut off again and again without a result is given up. */
async function begin(deps: InvestigatorDependencies, incident: Incident, signal: AbortSignal): Promise<InvestigationOutcome> {
  const { store, limits, model } = deps
  const timeline = await store.incidents.timeline(incident.id)
  const progress = timeline.findLastIndex(({ event }) => event.kind === 'tool_result')
  const begun = timeline.slice(progress + 1).filter(({ event }) => event.kind === 'investigation_started').length
  if (begun >= limits.interruptions) {
    return { kind: 'failed', reason: 'interrupted', message: `The investigation was cut off ${begun} times without a result` }
  }
  const isResumed = timeline.some(({ event }) => event.kind === 'investigation_started')
  if (isResumed) await store.incidents.append(incident.id, { kind: 'investigation_started', model: model.name })
  return investigate(deps, incident, signal)
}

/**
 * Stores the diagnosis, what stands in the transcript for it and the page (of a failure after the facts were told: one line), all or none. The page is written about the incident as it is now:
 * alerts may have come or gone meanwhile.
 */
async function conclude(
  { store, personOnCall, limits, render }: InvestigatorDependencies,
  incidentId: string,
  { why, secondReading, ...conclusion }: Conclusion & { why?: string; secondReading?: SecondReading | undefined },
  said: ChatMessage,
): Promise<void> {
  await store.transaction(async ({ incidents, transcripts, outbox }) => {
    const incident = await incidents.find(incidentId)
    if (!incident) throw new Error(`There is no incident ${incidentId}`)
    await transcripts.append(incidentId, [said])
    if (secondReading) await incidents.append(incidentId, { kind: 'second_reading', ...secondReading })
    await incidents.conclude(incidentId, conclusion)
    const message = { incidentId, to: personOnCall }
    if (why === undefined || !(await hasFacts({ incidents }, incidentId))) {
      const page = { ...message, body: render(personOnCall, { incident, ...conclusion, secondReading }), severity: incident.severity }
      await queuePage({ incidents, outbox }, { ...page, pagesPerHour: limits.pagesPerHour })
    }
    // The facts are known already, and one page is enough; new is only that no diagnosis will follow.
    else await outbox.queue({ ...message, kind: 'update', body: `*${incident.ref}* No diagnosis follows: ${oneLine(why, 200)}.` })
  })
}

async function lookWithoutModel(deps: InvestigatorDependencies, incident: Incident, why: string, signal: AbortSignal): Promise<Diagnosis> {
  const outcomes = await lookAround(deps, incident, signal)
  // The transcript holds calls of the model's only, so these stand in a message of their own.
  await deps.store.transcripts.append(incident.id, [{ role: 'assistant', content: null, tool_calls: outcomes.map(({ call }) => call) }])
  await storeOutcomes(deps.store, incident.id, outcomes)
  return describeWithoutModel(incident, why, outcomes)
}

/** The looks that need no model. */
export async function lookAround(
  { targets, limits, onToolCall }: Pick<InvestigatorDependencies, 'targets' | 'limits' | 'onToolCall'>,
  incident: Incident,
  signal: AbortSignal,
): Promise<ToolOutcome[]> {
  const tools = functionsOf(targets)
  const calls = looksWithoutModel(targets).map(({ name, args }, i) => ({
    // Some servers take ids of just nine letters and digits.
    id: `own${String(i + 1).padStart(6, '0')}`,
    type: 'function' as const,
    function: { name, arguments: JSON.stringify(args) },
  }))
  const outcomes = await Promise.all(calls.map((call) => callTool(tools, call, { incident, limits, signal })))
  for (const outcome of outcomes) onToolCall(outcome)
  return outcomes
}

/** The error rate of the incident's service in the newest data; undefined when no target sees it, or no request came. */
export async function seenErrorRate(
  { targets, limits }: Pick<InvestigatorDependencies, 'targets' | 'limits'>,
  incident: Incident,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { seeing } = await lookForService(targets, incident, signal)
  const tools = functionsOf(seeing)
  if (!tools.some(({ name }) => name === 'compute_error_rate')) return undefined
  const call = { id: 'own000001', type: 'function' as const, function: { name: 'compute_error_rate', arguments: '{}' } }
  const { ok, result } = await callTool(tools, call, { incident, limits, signal })
  const rates: unknown = ok ? JSON.parse(result) : undefined
  return Value.Check(ErrorRateResult, rates) ? (rates.last_15_seconds.error_rate ?? undefined) : undefined
}
