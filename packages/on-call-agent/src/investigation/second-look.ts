import type { Diagnosis, Incident, TimelineEvent } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { alertList } from './alert-list.ts'
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
  /** What the newest look cannot have known. */
  news: News
  now: Date
}

/** The first look comes with the alert, when little has been measured. */
export const LOOK_AGAIN_AFTER_MS: readonly number[] = [20_000, 40_000]
/** An incident that opens again and again is not looked at for ever. */
const INVESTIGATIONS_AT_MOST = 8
/** The rules that one trouble sets off come within this time of the first look. */
const SAME_TROUBLE_MS = 120_000

/** What has come since the newest look began. */
interface News {
  /** When the incident was opened again, or an alert of a new name came to it late; undefined without either. */
  at: Date | undefined
  /** How often the incident was investigated until now. */
  investigations: number
}

/** What the newest look cannot have known: another trouble may stand behind the same alert. */
export function newsOf(timeline: readonly TimelineEvent[]): News {
  const begun = timeline.filter(({ event }) => event.kind === 'investigation_started')
  const since = Date.parse(begun.at(-1)?.at ?? '')
  const known = new Set(
    timeline.flatMap(({ at, event }) =>
      event.kind === 'alert_firing' && Date.parse(at) <= since + SAME_TROUBLE_MS ? event.alertname : [],
    ),
  )
  const newest = timeline.findLast(
    ({ at, event }) =>
      Date.parse(at) > since && (event.kind === 'incident_reopened' || (event.kind === 'alert_firing' && !known.has(event.alertname))),
  )
  return { at: newest && new Date(newest.at), investigations: begun.length }
}

/** A few times, a while after a diagnosis that did not settle the cause, as long as an alert fires; and where something came that no look has known. */
export function decideSecondLook({ incident, madeBy, looks, afterMs, news, now }: SecondLookFacts): SecondLookDecision {
  const { status, diagnosis, diagnosed_at, alerts } = incident
  if (status === 'resolved' || status === 'mitigating' || alerts.every(({ ends_at }) => ends_at !== null)) return none('over')
  if (!diagnosis || diagnosed_at === null || madeBy !== 'model') return none('without_model')
  // What comes and goes is looked at when it stays.
  const [staysMs = 0] = afterMs
  if (news.at) return news.investigations < INVESTIGATIONS_AT_MOST ? lookAt(news.at.getTime() + staysMs, now) : none('enough')
  if (diagnosis.status !== 'inconclusive' && diagnosis.status !== 'suspected') return none('understood')
  const after = afterMs[looks]
  return after === undefined ? none('enough') : lookAt(Date.parse(diagnosed_at) + after, now)
}

function lookAt(due: number, now: Date): SecondLookDecision {
  const ms = due - now.getTime()
  return ms > 0 ? { kind: 'wait', ms } : { kind: 'look' }
}

const none = (reason: Extract<SecondLookDecision, { kind: 'none' }>['reason']): SecondLookDecision => ({ kind: 'none', reason })

const LEAD = 'Nobody has written. The alert still fires'
const ANEW = 'Ask anew for what you need, and send the diagnosis as it stands now.'
const AGAIN = `${LEAD}, and the cause is not settled: more has been measured meanwhile. ${ANEW}`
const again = (incident: Incident) =>
  `${LEAD}, and what you found was before this. It may be another trouble. ${ANEW} These are the alerts now:\n${alertList(incident)}`

/** How often it was looked again. */
export function countSecondLooks(transcript: ChatMessage[]): number {
  return transcript.filter(({ role, content }) => role === 'user' && content?.startsWith(LEAD)).length
}

/** Looks again. People hear of it when the cause is understood now, or where the trouble is; else the diagnosis that they have stays. */
export async function lookAgain(deps: InvestigatorDependencies, incident: Incident, signal: AbortSignal): Promise<void> {
  const { store, model } = deps
  const isNewTrouble = newsOf(await store.incidents.timeline(incident.id)).at !== undefined
  const started = { kind: 'investigation_started' as const, model: model.name }
  await store.transcripts.append(incident.id, [{ role: 'user', content: isNewTrouble ? again(incident) : AGAIN }], [started])
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
  await settle(deps, incident.id, { diagnosis: outcome.diagnosis, accepted, isNewTrouble })
}

async function settle(
  { store, personOnCall }: InvestigatorDependencies,
  incidentId: string,
  { diagnosis, accepted, isNewTrouble }: { diagnosis: Diagnosis; accepted: ChatMessage; isNewTrouble: boolean },
): Promise<void> {
  await store.transaction(async ({ incidents, transcripts, outbox }) => {
    const incident = await incidents.find(incidentId)
    if (!incident) return
    await transcripts.append(incidentId, [accepted])
    const isNews = isNewTrouble ? isOther : isBetter
    if (incident.status === 'resolved' || !isNews(incident.diagnosis, diagnosis)) return
    await incidents.conclude(incidentId, { diagnosis, madeBy: 'model' })
    const body = `*${incident.ref}* Looked again, ${howSure(diagnosis)}: ${oneLine(diagnosis.root_cause, 400)}`
    await outbox.queue({ incidentId, to: personOnCall, kind: 'update', body })
  })
}

function howSure({ status, confidence, instances = [] }: Diagnosis): string {
  const how = `${Math.round(confidence * 100)} % sure`
  return status !== 'diagnosed' && instances.length === 1 ? `${how} of the cause, and it is on ${instances[0]} alone` : how
}

/** Another cause than people have read of. */
function isOther(before: Diagnosis | null, { status, cause }: Diagnosis): boolean {
  return status !== 'recovered' && status !== 'false_alarm' && cause !== before?.cause
}

/** The cause is known now, or at least that one instance alone has the trouble. */
function isBetter(before: Diagnosis | null, { status, instances = [] }: Diagnosis): boolean {
  if (status === 'diagnosed') return true
  if (status === 'inconclusive' && before?.status === 'suspected') return false
  return (status === 'suspected' || status === 'inconclusive') && instances.length === 1 && before?.instances?.length !== 1
}

/** Who made the newest diagnosis of an incident. */
export function madeBy(timeline: readonly TimelineEvent[]): 'model' | 'fallback' | undefined {
  const made = timeline.findLast(({ event }) => event.kind === 'diagnosis')?.event
  return made?.kind === 'diagnosis' ? made.made_by : undefined
}
