import { type Evidence, eventsOf } from './evidence.ts'

/** One moment of the incident, in seconds since the fault; null when it did not come. */
export interface ClockRow {
  name: string
  seconds: number | null
}

/** The incident's clock: fault, firing, webhook, diagnosis, message, reply, ticket, resolved. */
export function readClock({ firstErrorAt, incident }: Evidence): ClockRow[] {
  const timeline = incident?.timeline ?? []
  const diagnosis = eventsOf(timeline, 'diagnosis')[0]
  const message = eventsOf(timeline, 'message_sent').find(({ id }) => diagnosis && id > diagnosis.id)
  const moments: [string, string | null | undefined][] = [
    ['fault', firstErrorAt],
    ['firing', earliest(incident?.alerts.map(({ starts_at }) => starts_at))],
    ['webhook', earliest(incident?.alerts.map(({ received_at }) => received_at))],
    ['diagnosis', diagnosis?.at],
    ['message', message?.at],
    ['reply', eventsOf(timeline, 'message_received')[0]?.at],
    ['ticket', eventsOf(timeline, 'ticket_created')[0]?.at],
    ['resolved', eventsOf(timeline, 'incident_resolved').at(-1)?.at],
  ]
  const start = firstErrorAt === null ? Number.NaN : Date.parse(firstErrorAt)
  return moments.map(([name, at]) => {
    const seconds = at ? (Date.parse(at) - start) / 1_000 : Number.NaN
    return { name, seconds: Number.isNaN(seconds) ? null : seconds }
  })
}

/** The clock as a table of two lines. */
export function formatClock(rows: ClockRow[]): string[] {
  const cells = rows.map(({ name, seconds }) => [name, seconds === null ? '-' : `${seconds.toFixed(1)} s`] as const)
  const width = Math.max(...cells.flat().map((cell) => cell.length)) + 2
  return [cells.map(([name]) => name.padStart(width)).join(''), cells.map(([, value]) => value.padStart(width)).join('')]
}

function earliest(times: string[] | undefined): string | undefined {
  return times?.toSorted((one, other) => Date.parse(one) - Date.parse(other))[0]
}
