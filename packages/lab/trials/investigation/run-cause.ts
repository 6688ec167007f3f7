import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Diagnosis, IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { Cause } from './cause.ts'
import { eventually, type Hands } from './hands.ts'

/** What became of one run. */
export interface Outcome {
  cause: Cause
  run: number
  /** Why there is nothing to grade; undefined otherwise. */
  void?: string
  verdict: 'right' | 'wrong' | 'abstained' | 'no alert'
  alert: string
  diagnosis: Diagnosis | undefined
  /** From the fault to the page's diagnosis, and from the alert's webhook to it. */
  seconds: number
  alertSeconds: number
  calls: number
  /** Incidents beside the first. */
  further: number
  isAsked: boolean
}

interface Place {
  agent: string
  prometheus: string
  /** Where the incidents are kept; undefined for nowhere. */
  keep: string | undefined
}

const ALERT_WITHIN_SECONDS = 90
const DIAGNOSIS_WITHIN_MS = 60_000
const QUIET_WITHIN_MS = 100_000

/** Gives a cause to the lab, waits for the diagnosis, takes the cause back and waits until nothing fires any more. */
export async function runCause(place: Place, hands: Hands, cause: Cause, run: number): Promise<Outcome> {
  // What had not ended would take the next alert for its own.
  if (!(await eventually(() => staysQuiet(place, hands), QUIET_WITHIN_MS)))
    return { ...EMPTY, cause, run, void: `the lab was not quiet within ${QUIET_WITHIN_MS / 1_000} s before it` }
  const before = new Set((await incidents(place)).map(({ id }) => id))
  const begun = Date.now()
  const given = await cause.give(hands).catch((error: unknown) => String(error))
  if (typeof given === 'string') return { ...EMPTY, cause, run, void: given }
  try {
    const own = async () => (await incidents(place)).filter(({ id }) => !before.has(id)).toReversed()
    const alerted = await eventually(
      async () => (await own()).length > 0,
      cause.asked ? 25_000 : 1_000 * (cause.within ?? ALERT_WITHIN_SECONDS),
    )
    if (!alerted && cause.asked) await ask(place, cause.asked)
    const isDone = await eventually(async () => (await own())[0]?.diagnosis != null, alerted || cause.asked ? DIAGNOSIS_WITHIN_MS : 0)
    const [first, ...others] = await own()
    if (!first || !isDone) return { ...EMPTY, cause, run, verdict: 'no alert', seconds: (Date.now() - begun) / 1_000 }
    const incident = await get<IncidentWithTimeline>(place, `/api/incidents/${first.id}`)
    keep(place, cause, run, incident)
    return read(cause, run, incident, { begun, further: others.length, on: given.on, isAsked: !alerted })
  } finally {
    await given.undo().catch((error: unknown) => console.error(cause.id, 'could not be taken back:', String(error)))
    await resolveAsked(place)
    // What a cause leaves behind may raise an alert of its own after the first quiet moment, and would be taken for the next one's.
    await eventually(() => staysQuiet(place, hands), QUIET_WITHIN_MS)
    await delay(3_000)
  }
}

const EMPTY = {
  verdict: 'no alert',
  alert: '',
  diagnosis: undefined,
  seconds: 0,
  alertSeconds: 0,
  calls: 0,
  further: 0,
  isAsked: false,
} as const

function read(
  cause: Cause,
  run: number,
  { timeline, alerts, diagnosis }: IncidentWithTimeline,
  { begun, further, on, isAsked }: { begun: number; further: number; on: string[] | undefined; isAsked: boolean },
): Outcome {
  const event = timeline.find(({ event: { kind } }) => kind === 'diagnosis')
  const made = event?.event.kind === 'diagnosis' ? event.event.diagnosis : (diagnosis ?? undefined)
  const at = Date.parse(event?.at ?? '')
  const received = Math.min(...alerts.map(({ received_at }) => Date.parse(received_at)))
  const untilThen = timeline.slice(0, event ? timeline.indexOf(event) : undefined)
  return {
    cause,
    run,
    verdict: grade(cause, made, on),
    alert: alerts[0]?.alertname ?? '',
    diagnosis: made,
    seconds: (at - begun) / 1_000,
    alertSeconds: (at - received) / 1_000,
    calls: untilThen.filter(({ event: each }) => each.kind === 'tool_result' && !/^(send_diagnosis|note_hypotheses)$/.test(each.name))
      .length,
    further,
    isAsked,
  }
}

function grade({ causes, hasPlace }: Cause, diagnosis: Diagnosis | undefined, on: string[] | undefined): Outcome['verdict'] {
  const cause = diagnosis?.cause ?? 'unknown'
  if (!diagnosis || (cause === 'unknown' && !causes.includes('unknown'))) return 'abstained'
  if (!causes.includes(cause)) return 'wrong'
  if (hasPlace && diagnosis.affected_file === undefined) return 'wrong'
  return on && on.join() !== [...(diagnosis.instances ?? [])].sort().join() ? 'wrong' : 'right'
}

const incidents = async (place: Place) => (await get<IncidentList>(place, '/api/incidents?limit=50')).incidents

async function get<T>({ agent }: Place, path: string): Promise<T> {
  return (await (await fetch(`${agent}${path}`)).json()) as T // As the agent's api.ts says.
}

/** Nobody but its sender closes an incident that came by the API, and alerts that are no worse would join it for ever. */
async function resolveAsked(place: Place): Promise<void> {
  for (const { id, resolved_at } of await incidents(place).catch(() => []))
    if (resolved_at === null) await fetch(`${place.agent}/api/incidents/${id}/resolve`, { method: 'POST' }).catch(() => undefined)
}

async function ask({ agent }: Place, { title, description }: { title: string; description: string }): Promise<void> {
  const body = { source: 'trial', external_id: String(Date.now()), title, description, severity: 'warning', service: 'inventory' }
  await fetch(`${agent}/api/incidents`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

const QUIET_FOR_MS = 8_000

async function staysQuiet(place: Place, hands: Hands): Promise<boolean> {
  if (!(await isQuiet(place, hands))) return false
  await delay(QUIET_FOR_MS)
  return isQuiet(place, hands)
}

/** Nothing fires and nothing is about to, no incident is open that the next alert could join, and every instance that is wanted runs. */
async function isQuiet(place: Place, hands: Hands): Promise<boolean> {
  const { prometheus } = place
  const { data } = (await (await fetch(`${prometheus}/api/v1/alerts`)).json()) as { data: { alerts: { labels: Record<string, string> }[] } }
  const instances = await hands.instances()
  return (
    (await incidents(place)).every(({ resolved_at }) => resolved_at !== null) &&
    data.alerts.every(({ labels }) => labels.severity === 'none') &&
    instances.length >= 3 &&
    instances.every(({ state }) => state === 'running')
  )
}

function keep({ keep: directory }: Place, { id }: Cause, run: number, incident: IncidentWithTimeline): void {
  if (!directory) return
  mkdirSync(directory, { recursive: true })
  writeFileSync(`${directory}/${id.replace(/\W+/g, '-')}.${run}.json`, JSON.stringify(incident))
}
