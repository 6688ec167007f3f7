import type { IncidentWithTimeline, Phase } from '@oncall-lab/on-call-agent/api'
import { clockTime } from '../data/time.ts'

/** Types alone come from the agent; a phase that is missing here fails to compile. */
const PHASES = Object.keys({ analyze: 0, hypothesize: 0, diagnose: 0, remediate: 0, verify: 0, finalize: 0 } satisfies Record<Phase, 0>)

/** The phases of the work on the incident, each with when it was entered; what came of it at the end. */
export function Phases({ incident }: { incident: IncidentWithTimeline }) {
  const entered = new Map<string, { at: string; summary?: string | undefined }>()
  for (const { at, event } of incident.timeline) if (event.kind === 'phase') entered.set(event.phase, { at, summary: event.summary })
  if (entered.size === 0) return null
  const summary = entered.get('finalize')?.summary
  return (
    <section aria-label="Phases" className="phases-box">
      <ol className="phases">
        {PHASES.map((phase) => {
          const begun = entered.get(phase)
          const isHere = incident.phase === phase && incident.status !== 'resolved'
          return (
            <li key={phase} className={begun ? 'entered' : ''} aria-current={isHere ? 'step' : undefined}>
              <span>{phase}</span> <span className="small">{begun ? clockTime(begun.at) : 'not yet'}</span>
            </li>
          )
        })}
      </ol>
      {summary && <p className="foreign">{summary}</p>}
    </section>
  )
}
