import { useFleetChange, useTraffic } from '../data/fleet.ts'
import { duration, useNow } from '../data/time.ts'
import { Failure } from './Failure.tsx'
import { Badge } from './State.tsx'

const RECENT_MS = 60_000

/** The customers whom somebody sent, with the time left and the button that sends them home. */
export function TrafficLine() {
  const { data } = useTraffic()
  const change = useFleetChange()
  const now = useNow(2_000)
  const failure = data?.last_failure
  if (!data?.running) {
    if (!failure || now - Date.parse(failure.at) > RECENT_MS) return null
    return (
      <p className="notice warn" role="status">
        <span>
          <strong>The run {failure.profile} ended too early:</strong> <span className="foreign">{failure.why}</span>
        </span>
      </p>
    )
  }
  const { profile, fields, remaining_seconds } = data.running
  return (
    <section className="notice" aria-label="Customers sent by hand">
      <div className="fault-line">
        <Badge tone="accent">more customers</Badge>
        <span>
          <strong>{profile}</strong> {worded(fields)}
        </span>
        <span className="soft small">they go in {duration(remaining_seconds * 1_000 - Math.max(0, now - data.asOfMs))}</span>
      </div>
      <button
        type="button"
        className="button"
        disabled={change.isPending}
        onClick={() => change.mutate({ path: '/traffic', body: { profile: 'none' } })}
      >
        {change.isPending ? 'Ending' : 'Send them home'}
      </button>
      <Failure error={change.error} what="They go on: " />
    </section>
  )
}

function worded(fields: Record<string, number>): string {
  return Object.entries(fields)
    .map(([field, value]) => `${field} ${value}`)
    .join(', ')
}
