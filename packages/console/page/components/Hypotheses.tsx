import type { Hypothesis, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { duration } from '../data/time.ts'
import { Quote } from './Quote.tsx'
import { Badge, type Tone } from './State.tsx'

interface Note {
  atMs: number
  hypotheses: Hypothesis[]
}

const TONES: Record<Hypothesis['status'], Tone> = { open: 'dim', supported: 'accent', refuted: 'bad' }

/** The causes that the agent considered, the likeliest first: how its confidence in each went, and what spoke for it or against it. */
export function Hypotheses({ incident }: { incident: IncidentWithTimeline }) {
  const notes = incident.timeline.flatMap(({ at, event }): Note[] =>
    event.kind === 'hypotheses' ? [{ atMs: Date.parse(at), hypotheses: event.hypotheses }] : [],
  )
  const newest = notes.at(-1)
  const first = notes[0]
  if (!newest || !first) return null
  return (
    <section className="panel" aria-labelledby="hypotheses">
      <header>
        <h2 id="hypotheses">Hypotheses</h2>
        <span className="soft small">
          {notes.length === 1 ? 'noted once' : `noted ${notes.length} times within ${duration(newest.atMs - first.atMs)}`}
        </span>
      </header>
      <ul className="rows hypotheses">
        {newest.hypotheses
          .toSorted((a, b) => b.confidence - a.confidence)
          .map((each) => (
            <li key={each.cause} className={each.status}>
              <Course notes={notes} cause={each.cause} />
              <span className="grow">
                <span className="row">
                  <code>{each.cause}</code> <Badge tone={TONES[each.status]}>{each.status}</Badge>
                </span>
                <span className="foreign">{each.statement}</span>
                <Because incident={incident} hypothesis={each} />
              </span>
            </li>
          ))}
      </ul>
    </section>
  )
}

/** What speaks for it, open; what spoke against one that is refuted, folded. */
function Because({ incident, hypothesis: { status, because } }: { incident: IncidentWithTimeline; hypothesis: Hypothesis }) {
  const quotes = because.map(({ tool_call_id, quote }) => (
    <Quote key={`${tool_call_id}${quote}`} incident={incident} tool_call_id={tool_call_id} quote={quote} />
  ))
  if (status !== 'refuted' || quotes.length === 0) return quotes
  return (
    <details className="small">
      <summary className="soft">{quotes.length === 1 ? 'One quote speaks' : `${quotes.length} quotes speak`} against it</summary>
      <span className="evidence">{quotes}</span>
    </details>
  )
}

const WIDTH = 84
const HEIGHT = 26
const EDGE = 3

/** The confidence in one cause from note to note, 0 % at the bottom and 100 % at the top, and the newest in figures. */
function Course({ notes, cause }: { notes: Note[]; cause: string }) {
  const values = notes.map(({ hypotheses }) => hypotheses.find((each) => each.cause === cause)?.confidence)
  const known = values.flatMap((value) => (value === undefined ? [] : [value]))
  const step = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1)
  const points = values.flatMap((value, i) =>
    value === undefined ? [] : [{ x: EDGE + i * step, y: EDGE + (1 - value) * (HEIGHT - 2 * EDGE) }],
  )
  const last = points.at(-1)
  const words = known.map((value) => `${Math.round(value * 100)} %`)
  return (
    <span className="course">
      <strong>{words.at(-1)}</strong>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={`Confidence from note to note: ${words.join(', ')}`}>
        <path className="course-base" d={`M0 ${HEIGHT - EDGE} H${WIDTH}`} />
        <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
        {last && <circle cx={last.x} cy={last.y} r="2.5" />}
      </svg>
    </span>
  )
}
