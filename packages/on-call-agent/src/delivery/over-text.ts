import type { Incident } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import { clock } from '../channels/page.ts'

/** Less is what any service has. */
const STILL_FAILING = 0.05

/** One line for the end of an incident. `errorRate` is what the agent saw when it looked; undefined when nothing sees the service. */
export function overText(
  { ref, service, opened_at, resolved_at, diagnosis, ticket }: Omit<Incident, 'alerts' | 'id' | 'status' | 'severity' | 'diagnosed_at'>,
  errorRate: number | undefined,
): string {
  const end = resolved_at ?? opened_at
  const times = `${clock(opened_at)}–${clock(end)} UTC`
  const lasted = duration(Date.parse(end) - Date.parse(opened_at))
  const over =
    errorRate !== undefined && errorRate >= STILL_FAILING
      ? `the alert ended after ${lasted} (${times}), but ${Math.round(errorRate * 100)} % of the requests of ${oneLine(service, 60)} still fail.`
      : `resolved after ${lasted} (${times}).`
  const known = diagnosis && diagnosis.status !== 'inconclusive' && diagnosis.status !== 'false_alarm'
  const cause = known ? `Cause: ${oneLine(diagnosis.root_cause, 160).trim().replace(/\.$/, '')}` : 'Cause: not found'
  return `*${ref}* ${over} ${cause}${ticket ? `, ticket ${ticket.key}` : ''}.`
}

/** `40 s`, `15 min`, `2 h 5 min`; a clock that was set back makes it no less than nothing. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
