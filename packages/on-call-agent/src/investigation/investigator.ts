import { describeError } from '@oncall-lab/service-kit/errors'
import type { Diagnosis, Incident } from '../api.ts'
import { pageText } from '../channels/page.ts'
import { callTool } from '../functions/call-tool.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import type { Conclusion } from '../store/ports.ts'
import { functionsOf, looksWithoutModel } from '../targets/sight.ts'
import { type InvestigationDependencies, investigate } from './loop.ts'
import { storeOutcomes } from './turn.ts'
import { describeWithoutModel } from './without-model.ts'

/** What the investigator needs beside the investigation's own parts. */
export interface InvestigatorDependencies extends InvestigationDependencies {
  /** Who is on call, e.g. `whatsapp:+15550100001`. */
  personOnCall: string
  /** Hears how an investigation ended: `diagnosed`, `suspected`, … or why it failed. */
  onOutcome: (outcome: string, seconds: number) => void
}

/** Investigates an incident and pages the person on call: with the model's diagnosis, or without one where the model cannot be used. */
export async function conductInvestigation(deps: InvestigatorDependencies, incidentId: string, signal: AbortSignal): Promise<void> {
  const { store, onOutcome } = deps
  const started = performance.now()
  const incident = await store.incidents.find(incidentId)
  if (!incident) throw new Error(`There is no incident ${incidentId}`)
  const outcome = await investigate(deps, incident, signal).catch((error: unknown) => {
    if (signal.aborted) throw error
    return { kind: 'failed' as const, reason: 'internal_error', message: describeError(error) }
  })
  if (outcome.kind === 'diagnosed') {
    const accepted: ChatMessage = { role: 'tool', tool_call_id: outcome.call.id, content: JSON.stringify({ accepted: true }) }
    await conclude(deps, incidentId, { diagnosis: outcome.diagnosis, madeBy: 'model' }, accepted)
  } else {
    await store.incidents.append(incidentId, { kind: 'investigation_failed', reason: outcome.reason, message: outcome.message })
    const diagnosis = await lookWithoutModel(deps, incident, outcome.message, signal)
    const said: ChatMessage = { role: 'assistant', content: `The engineer was paged without a model: ${diagnosis.root_cause}` }
    await conclude(deps, incidentId, { diagnosis, madeBy: 'fallback' }, said)
  }
  onOutcome(outcome.kind === 'diagnosed' ? outcome.diagnosis.status : outcome.reason, (performance.now() - started) / 1000)
}

/**
 * Stores the diagnosis, what stands in the transcript for it and the page, all or none. The page is written about the incident as it is now:
 * alerts may have come or gone meanwhile.
 */
async function conclude(
  { store, personOnCall }: InvestigatorDependencies,
  incidentId: string,
  conclusion: Conclusion,
  said: ChatMessage,
): Promise<void> {
  await store.transaction(async ({ incidents, transcripts, outbox }) => {
    const incident = await incidents.find(incidentId)
    if (!incident) throw new Error(`There is no incident ${incidentId}`)
    await transcripts.append(incidentId, [said])
    await incidents.conclude(incidentId, conclusion)
    await outbox.queue({ incidentId, to: personOnCall, kind: 'page', body: pageText({ incident, ...conclusion }) })
  })
}

async function lookWithoutModel(
  { store, targets, limits, onToolCall }: InvestigatorDependencies,
  incident: Incident,
  why: string,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const tools = functionsOf(targets)
  const calls = looksWithoutModel(targets).map(({ name, args }, i) => ({
    // Some servers take ids of just nine letters and digits.
    id: `own${String(i + 1).padStart(6, '0')}`,
    type: 'function' as const,
    function: { name, arguments: JSON.stringify(args) },
  }))
  const outcomes = await Promise.all(calls.map((call) => callTool(tools, call, { incident, limits, signal })))
  for (const outcome of outcomes) onToolCall(outcome)
  // The transcript holds calls of the model's only, so these stand in a message of their own.
  await store.transcripts.append(incident.id, [{ role: 'assistant', content: null, tool_calls: calls }])
  await storeOutcomes(store, incident.id, outcomes)
  return describeWithoutModel(incident, why, outcomes)
}
