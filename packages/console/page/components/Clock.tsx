import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { useFaultHistory } from '../data/fleet.ts'
import { faultBefore, type Hand, type Moment, momentsOf, partsOf } from '../data/marks.ts'
import { usePendingSince } from '../data/pending.ts'
import { clockTime, duration } from '../data/time.ts'

const HANDS: [Hand, string][] = [
  ['monitoring', 'Prometheus and Alertmanager'],
  ['agent', 'the agent'],
  ['people', 'people'],
  ['repair', 'until it was over'],
]
/** Below this share a part has no room for its name. */
const NAMED_FROM = 0.06

/** How long each part took and its share of the whole, from the fault (or the first sign that is known) to the end, as one bar. */
export function Clock({ incident }: { incident: IncidentWithTimeline }) {
  const moments = useMoments(incident)
  const { parts, after } = partsOf(moments)
  const first = moments[0]
  if (!first || parts.length === 0) return null
  const diagnosis = moments.find(({ label }) => label === 'diagnosis')
  // The square root keeps a part of a second visible beside one of minutes.
  const widths = parts.map(({ seconds }) => Math.sqrt(seconds) + 0.05)
  const whole = widths.reduce((sum, width) => sum + width, 0)
  return (
    <section className="panel clock" aria-labelledby="clock">
      <header>
        <h2 id="clock">The clock</h2>
        <span className="soft small">
          {first.label} at {clockTime(first.at * 1_000)}
          {diagnosis && `, diagnosed ${duration((diagnosis.at - first.at) * 1_000)} later`}; widths grow with the square root of the time
        </span>
      </header>
      <div className="clock-bar" aria-hidden="true">
        {parts.map(({ label, hand, seconds }, i) => (
          <div
            key={label}
            className={`clock-part ${hand}`}
            style={{ flexGrow: widths[i] }}
            title={`${label}: ${duration(seconds * 1_000)}`}
          >
            {(widths[i] ?? 0) / whole > NAMED_FROM && <span>{label}</span>}
          </div>
        ))}
      </div>
      <div className="clock-hands">
        {HANDS.map(([hand, name]) => {
          const its = parts.filter((part) => part.hand === hand)
          if (its.length === 0) return null
          return (
            <div key={hand}>
              <p className="small">
                <span className={`swatch ${hand}`} aria-hidden="true" /> {name}{' '}
                <strong>{percent(its.reduce((sum, { share }) => sum + share, 0))}</strong>
              </p>
              <ol>
                {its.map(({ label, at, seconds, share }) => (
                  <li key={label}>
                    <span className="soft">{label}</span>
                    <span>+{duration(seconds * 1_000)}</span>
                    <span className="soft">{percent(share)}</span>
                    <span className="visually-hidden">at {clockTime(at * 1_000)}</span>
                  </li>
                ))}
              </ol>
            </div>
          )
        })}
      </div>
      {after.length > 0 && (
        <p className="soft small">After the end: {after.map(({ label, at }) => `${label} at ${clockTime(at * 1_000)}`).join(', ')}.</p>
      )}
    </section>
  )
}

function useMoments(incident: IncidentWithTimeline): Moment[] {
  const pending = usePendingSince(incident)
  const { data: history } = useFaultHistory()
  const known: Moment[] = [
    ...(pending === undefined ? [] : [{ hand: 'monitoring' as const, label: 'pending', at: pending }]),
    ...momentsOf(incident),
  ].sort((a, b) => a.at - b.at)
  const sign = known[0]
  // A fault of the lab sets off the lab's own rules; an alert that somebody posted has none behind it.
  const isOfRule = incident.alerts.some(({ generator_url }) => generator_url)
  const fault = sign && isOfRule ? faultBefore(history, sign.at) : undefined
  return fault === undefined ? known : [{ hand: 'monitoring', label: 'fault', at: fault }, ...known]
}

const percent = (share: number) => `${share > 0 && share < 0.01 ? '<1' : Math.round(share * 100)} %`
