import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { Quote } from './Quote.tsx'
import { SecondReading } from './SecondReading.tsx'
import { Badge } from './State.tsx'

/** What the agent concluded, each quote linked to the result that it comes from. */
export function DiagnosisPanel({ incident }: { incident: IncidentWithTimeline }) {
  const { diagnosis, timeline } = incident
  const made = timeline.find(({ event }) => event.kind === 'diagnosis')?.event
  if (!diagnosis) {
    return (
      <section className="panel" aria-label="Diagnosis">
        <h2>Diagnosis</h2>
        <p className="soft">{incident.status === 'investigating' ? 'The agent is looking.' : 'There is none.'}</p>
      </section>
    )
  }
  const where = [
    diagnosis.component,
    diagnosis.affected_file && `${diagnosis.affected_file}${diagnosis.line_number ? `:${diagnosis.line_number}` : ''}`,
  ]
  return (
    <section className="panel" aria-labelledby="diagnosis">
      <header>
        <h2 id="diagnosis">Diagnosis</h2>
        <span className="row">
          {diagnosis.cause && <code>{diagnosis.cause}</code>}
          <Badge tone={diagnosis.confidence >= 0.7 ? 'accent' : 'warn'}>
            {diagnosis.status}, {Math.round(diagnosis.confidence * 100)} % sure
          </Badge>
        </span>
      </header>
      <div className="evidence">
        <p className="cause foreign">{diagnosis.root_cause}</p>
        {made?.kind === 'diagnosis' && made.made_by === 'fallback' && (
          <p className="notice warn">Made without AI: only what the functions returned.</p>
        )}
        {incident.second_reading && <SecondReading reading={incident.second_reading} />}
        {where.some(Boolean) && <p className="soft foreign">Where: {where.filter(Boolean).join(', ')}</p>}
        <h3>Evidence</h3>
        {diagnosis.evidence.length === 0 && <p className="soft">None could be quoted.</p>}
        <ul className="evidence">
          {diagnosis.evidence.map(({ tool_call_id, quote }) => (
            <li key={`${tool_call_id}${quote}`}>
              <Quote incident={incident} tool_call_id={tool_call_id} quote={quote} />
            </li>
          ))}
        </ul>
        <h3>What to do</h3>
        <ol className="evidence numbered">
          {diagnosis.next_steps.map((step) => (
            <li key={step} className="foreign">
              {step}
            </li>
          ))}
        </ol>
        {diagnosis.suggested_fix && <p className="foreign">Fix: {diagnosis.suggested_fix}</p>}
        {(diagnosis.alternatives?.length ?? 0) > 0 && (
          <details>
            <summary>Other causes that were considered</summary>
            <ul className="evidence">
              {diagnosis.alternatives?.map((each) => (
                <li key={each} className="foreign small">
                  {each}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  )
}
