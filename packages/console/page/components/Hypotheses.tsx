import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { Badge, type Tone } from './State.tsx'

interface Hypothesis {
  cause: string
  statement: string
  confidence: number
  status: 'open' | 'supported' | 'refuted'
  because: { tool_call_id: string; quote: string }[]
}

const TONES: Record<Hypothesis['status'], Tone> = { open: 'dim', supported: 'accent', refuted: 'bad' }

/** The notes of the investigation, newest reading of each cause first, with the course of its confidence. */
export function Hypotheses({ incident }: { incident: IncidentWithTimeline }) {
  const notes = incident.timeline.flatMap(({ event }) => {
    const noted = event as { kind: string; hypotheses?: Hypothesis[] }
    return noted.kind === 'hypotheses' && noted.hypotheses ? [noted.hypotheses] : []
  })
  const newest = notes.at(-1)
  if (!newest) return null
  return (
    <section className="panel" aria-labelledby="hypotheses">
      <header>
        <h2 id="hypotheses">Hypotheses</h2>
        <span className="soft small">noted {notes.length === 1 ? 'once' : `${notes.length} times`}</span>
      </header>
      <ul className="rows">
        {newest
          .toSorted((a, b) => b.confidence - a.confidence)
          .map((each) => (
            <li key={each.cause}>
              <Badge tone={TONES[each.status]}>{each.status}</Badge>
              <span className="grow">
                <span className="foreign">{each.statement}</span>
                <span className="soft small">
                  <code>{each.cause}</code> {course(notes, each.cause)}
                </span>
                {each.because.map(({ tool_call_id, quote }) => (
                  <a key={`${tool_call_id}${quote}`} className="small foreign" href={`#call-${tool_call_id}`}>
                    {quote}
                  </a>
                ))}
              </span>
            </li>
          ))}
      </ul>
    </section>
  )
}

function course(notes: Hypothesis[][], cause: string): string {
  const values = notes.flatMap((note) =>
    note.filter((each) => each.cause === cause).map(({ confidence }) => `${Math.round(confidence * 100)} %`),
  )
  return values.join(' → ')
}
