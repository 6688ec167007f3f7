import type { Diagnosis, Incident } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import type { Store } from '../store/ports.ts'
import type { InvestigatorDependencies } from './investigator.ts'
import { investigate } from './loop.ts'
import { REMEDY_NEXT } from './remediate.ts'

/** Whether it is worth looking again, and when. */
export type SecondLookDecision =
  | { kind: 'look' }
  | { kind: 'wait'; ms: number }
  | { kind: 'none'; reason: 'understood' | 'over' | 'enough' | 'without_model' }

/** What the decision rests on. */
export interface SecondLookFacts {
  incident: Pick<Incident, 'status' | 'diagnosis' | 'diagnosed_at' | 'alerts'>
  madeBy: 'model' | 'fallback' | undefined
  /** Looks since the first one. */
  looks: number
  /** How long after the last diagnosis each of them comes. */
  afterMs: readonly number[]
  now: Date
}

/** The first look comes with the alert, when little has been measured. */
export const LOOK_AGAIN_AFTER_MS: readonly number[] = [20_000, 40_000]

/** A few times, a while after a diagnosis that did not settle the cause, as long as an alert fires. */
export function decideSecondLook({ incident, madeBy, looks, afterMs, now }: SecondLookFacts): SecondLookDecision {
  const { status, diagnosis, diagnosed_at, alerts } = incident
  if (status === 'resolved' || status === 'mitigating' || alerts.every(({ ends_at }) => ends_at !== null)) return none('over')
  if (!diagnosis || diagnosed_at === null || madeBy !== 'model') return none('without_model')
  if (diagnosis.status !== 'inconclusive' && diagnosis.status !== 'suspected') return none('understood')
  const after = afterMs[looks]
  if (after === undefined) return none('enough')
  const ms = Date.parse(diagnosed_at) + after - now.getTime()
  return ms > 0 ? { kind: 'wait', ms } : { kind: 'look' }
}

const none = (reason: Extract<SecondLookDecision, { kind: 'none' }>['reason']): SecondLookDecision => ({ kind: 'none', reason })

const LEAD = 'Nobody has written. The alert still fires'
const AGAIN = `${LEAD}, and the cause is not settled: more has been measured meanwhile. Ask anew for what you need, and send the diagnosis as it stands now.`

/** How often it was looked again. */
export function countSecondLooks(transcript: ChatMessage[]): number {
  return transcript.filter(({ role, content }) => role === 'user' && content?.startsWith(LEAD)).length
}

/** Looks again. People hear of it when the cause is understood now, or where the trouble is; else the diagnosis that they have stays. */
export async function lookAgain(deps: InvestigatorDependencies, incident: Incident, signal: AbortSignal): Promise<void> {
  const { store, model } = deps
  const started = { kind: 'investigation_started' as const, model: model.name }
  await store.transcripts.append(incident.id, [{ role: 'user', content: AGAIN }], [started])
  const outcome = await investigate(deps, incident, signal)
  if (outcome.kind === 'failed') {
    await store.incidents.append(incident.id, { kind: 'investigation_failed', reason: outcome.reason, message: outcome.message })
    return
  }
  const accepted: ChatMessage = {
    role: 'tool',
    tool_call_id: outcome.call.id,
    content: JSON.stringify({ accepted: true, next: REMEDY_NEXT }),
  }
  await settle(deps, incident.id, outcome.diagnosis, accepted)
}

async function settle(
  { store, personOnCall }: InvestigatorDependencies,
  incidentId: string,
  diagnosis: Diagnosis,
  accepted: ChatMessage,
): Promise<void> {
  await store.transaction(async ({ incidents, transcripts, outbox }) => {
    const incident = await incidents.find(incidentId)
    if (!incident) return
    await transcripts.append(incidentId, [accepted])
    if (incident.status === 'resolved' || !isNews(incident.diagnosis, diagnosis)) return
    await incidents.conclude(incidentId, { diagnosis, madeBy: 'model' })
    const how = `${Math.round(diagnosis.confidence * 100)} % sure`
    const found = diagnosis.status === 'diagnosed' ? how : `${how} of the cause, and it is on ${diagnosis.instances?.[0]} alone`
    const body = `*${incident.ref}* Looked again, ${found}: ${oneLine(diagnosis.root_cause, 400)}`
    await outbox.queue({ incidentId, to: personOnCall, kind: 'update', body })
  })
}

/** The cause is known now, or at least that one instance alone has the trouble. */
function isNews(before: Diagnosis | null, { status, instances = [] }: Diagnosis): boolean {
  if (status === 'diagnosed') return true
  if (status === 'inconclusive' && before?.status === 'suspected') return false
  return (status === 'suspected' || status === 'inconclusive') && instances.length === 1 && before?.instances?.length !== 1
}

/** Who made the newest diagnosis of an incident. */
export async function madeBy({ incidents }: Pick<Store, 'incidents'>, incidentId: string): Promise<'model' | 'fallback' | undefined> {
  const made = (await incidents.timeline(incidentId)).findLast(({ event }) => event.kind === 'diagnosis')?.event
  return made?.kind === 'diagnosis' ? made.made_by : undefined
}
