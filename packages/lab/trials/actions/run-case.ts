import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { Witnesses } from '../../src/demo/witnesses.ts'
import type { LabDirectory } from '../../src/lab-directory.ts'
import { give, takeBack } from '../breaks/steps.ts'
import type { Case } from './cases.ts'
import { type AskFleet, restore, until } from './fleet.ts'

/** What came of one case; the seconds count from the break. */
export interface CaseRow {
  name: string
  what: string
  wanted: readonly string[]
  cause?: string | undefined
  confidence?: number | undefined
  action?: string | undefined
  args?: unknown
  seconds: Partial<
    Record<
      'incident' | 'diagnosis' | 'action_proposed' | 'action_approved' | 'action_ran' | 'action_verified' | 'incident_resolved',
      number
    >
  >
  outcome?: string | undefined
  /** Why code refused what was proposed further. */
  refused?: readonly string[] | undefined
  message?: string | undefined
  failure?: string | undefined
}

interface Place {
  fleet: AskFleet
  directory: LabDirectory
  witnesses: Witnesses
  /** How long all is well before the break, so that there is something to compare with. */
  normalSeconds: number
}

const USUAL_RPS = 30
const CUSTOMERS_SECONDS = 900

/** Breaks, waits for the proposal, allows it on the phone, and follows it to its end. Everything is as before when it resolves. */
export async function runCase(place: Place, one: Case): Promise<CaseRow> {
  const { fleet, witnesses, directory, normalSeconds } = place
  const row: CaseRow = { name: one.name, what: one.what, wanted: one.wanted, seconds: {} }
  const [first = 0, second = 0, third = 0] = (await fleet<{ instances: { port: number }[] }>('/instances')).instances.map(
    ({ port }) => port,
  )
  const broken = { fleet, directory, ports: [first, second, third] as const }
  await until('quiet', 200, async () => ((await isQuiet(witnesses)) ? true : undefined))
  const known = new Set((await witnesses.incidents()).map(({ id }) => id))
  const before = (await witnesses.messages()).length
  const customers = (rps: number) => fleet('/traffic', { profile: 'constant', duration_seconds: CUSTOMERS_SECONDS, rps })
  await customers(Math.min(one.rps ?? USUAL_RPS, USUAL_RPS))
  await new Promise((resolve) => setTimeout(resolve, normalSeconds * 1_000))
  const brokenAt = Date.now()
  try {
    if (one.rps && one.rps > USUAL_RPS) await customers(one.rps)
    for (const step of one.steps) await give(broken, step)
    const { id } = await until('an incident', 150, async () => (await witnesses.incidents()).find((each) => !known.has(each.id)))
    const ofOurs = async () => {
      const all = await Promise.all(
        (await witnesses.incidents()).filter((each) => !known.has(each.id)).map((each) => witnesses.incident(each.id)),
      )
      return all.find(({ timeline }) => timeline.some(({ event }) => event.kind === 'action_proposed'))
    }
    note(row, await witnesses.incident(id), brokenAt)
    const acting = await until('a proposal', 130, ofOurs).catch(async (error: unknown) => {
      note(row, await witnesses.incident(id), brokenAt)
      throw error
    })
    const code = await until('its code on the phone', 30, async () => codeIn((await witnesses.messages()).slice(before)))
    await witnesses.writeOnPhone(`approve ${code}`)
    const follow = async () => note(row, await witnesses.incident(acting.id), brokenAt)
    const ended = await until('its verification', 200, async () => {
      const { seconds, outcome } = await follow()
      return seconds.action_verified !== undefined || (outcome !== undefined && outcome !== 'verified') ? { outcome } : undefined
    })
    if (ended.outcome !== 'verified') throw new Error(`the action ended as ${ended.outcome}`)
    await until('the end of the incident', 200, async () => ((await follow()).seconds.incident_resolved === undefined ? undefined : true))
  } catch (error) {
    row.failure = error instanceof Error ? error.message : String(error)
  } finally {
    await restore(fleet, () => mend(broken, one))
    await customers(USUAL_RPS)
  }
  return row
}

/** Takes back what the action has not: what is as it was is left alone. */
async function mend(broken: Parameters<typeof takeBack>[0], { steps }: Case): Promise<void> {
  for (const step of steps.toReversed()) await takeBack(broken, step).catch((error: unknown) => console.error(String(error)))
}

/** No open incident, no alert that fires. */
export async function isQuiet(witnesses: Witnesses): Promise<boolean> {
  const open = (await witnesses.incidents()).filter(({ status }) => status !== 'resolved')
  return open.length === 0 && (await witnesses.alerts()).every(({ labels }) => labels.severity === 'none')
}

function note(row: CaseRow, { diagnosis, timeline, opened_at }: IncidentWithTimeline, brokenAt: number): CaseRow {
  row.cause = diagnosis?.cause
  row.confidence = diagnosis?.confidence
  row.seconds.incident = since(opened_at, brokenAt)
  // The approved proposal is what the row is about; before an approval, the newest.
  const own =
    timeline.find(({ event }) => event.kind === 'action_approved') ?? timeline.findLast(({ event }) => event.kind === 'action_proposed')
  const ownId = own && 'action_id' in own.event ? own.event.action_id : undefined
  row.refused = timeline.flatMap(({ event }) => (event.kind === 'action_refused' ? [`${event.action}: ${event.reason}`] : []))
  for (const { at, event } of timeline) {
    if (event.kind === 'diagnosis') row.seconds.diagnosis ??= since(at, brokenAt)
    if ('action_id' in event && event.action_id === ownId) noteAction(row, event, since(at, brokenAt))
    if (event.kind === 'incident_resolved') row.seconds.incident_resolved ??= since(at, brokenAt)
  }
  return row
}

type Event = IncidentWithTimeline['timeline'][number]['event']

function noteAction(row: CaseRow, event: Event, seconds: number): void {
  if (event.kind === 'action_proposed') Object.assign(row, { action: event.action, args: event.arguments })
  if (event.kind === 'action_void' || event.kind === 'action_failed' || event.kind === 'action_unknown')
    Object.assign(row, { outcome: event.kind.replace('action_', ''), message: event.reason })
  if (event.kind === 'action_verified') Object.assign(row, { outcome: event.outcome, message: event.message })
  if (
    event.kind === 'action_proposed' ||
    event.kind === 'action_approved' ||
    event.kind === 'action_ran' ||
    event.kind === 'action_verified'
  )
    row.seconds[event.kind] = seconds
}

const since = (at: string, brokenAt: number) => Math.round((Date.parse(at) - brokenAt) / 100) / 10

/** Of the newest proposal. */
export function codeIn(messages: { body: string }[]): string | undefined {
  return messages.flatMap(({ body }) => /approve\*? (\d{4})/.exec(body)?.[1] ?? []).at(-1)
}
