import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { momentsOf } from '../data/marks.ts'
import { usePendingSince } from '../data/pending.ts'
import { clockTime, duration } from '../data/time.ts'

/** How long each part took, from the firing to the end, as one bar. */
export function Clock({ incident }: { incident: IncidentWithTimeline }) {
  const pending = usePendingSince(incident)
  const moments = [...(pending === undefined ? [] : [{ label: 'pending', at: pending }]), ...momentsOf(incident)]
  const first = moments[0]
  if (!first || moments.length < 2) return null
  const parts = moments
    .slice(1)
    .map((moment, i) => ({ label: moment.label, at: moment.at, seconds: Math.max(0, moment.at - (moments[i]?.at ?? moment.at)) }))
  return (
    <section className="panel clock" aria-labelledby="clock">
      <header>
        <h2 id="clock">The clock</h2>
        <span className="soft small">
          from {first.label} at {clockTime(first.at * 1_000)}
        </span>
      </header>
      <div className="clock-bar" aria-hidden="true">
        {parts.map(({ label, seconds }) => (
          // The square root keeps a part of a second visible beside one of minutes.
          <div
            key={label}
            className="clock-part"
            style={{ flexGrow: Math.sqrt(seconds) + 0.05 }}
            title={`${label}: ${duration(seconds * 1_000)}`}
          />
        ))}
      </div>
      <ol className="clock-legend">
        {parts.map(({ label, at, seconds }) => (
          <li key={label}>
            <span className="soft">{label}</span> +{duration(seconds * 1_000)}
            <span className="visually-hidden">, at {clockTime(at * 1_000)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
