import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'

/** Words out of a result. */
interface Quoted {
  tool_call_id: string
  quote: string
}

/** Every quote of the incident by the call that it comes from: of the diagnosis first, then of the hypotheses. */
export function quotesOf({ diagnosis, timeline }: IncidentWithTimeline): Map<string, string[]> {
  const all: Quoted[] = [...(diagnosis?.evidence ?? [])]
  for (const { event } of timeline) {
    if (event.kind === 'hypotheses') all.push(...event.hypotheses.flatMap(({ because }) => because))
  }
  const byCall = new Map<string, string[]>()
  for (const { tool_call_id, quote } of all) {
    const known = byCall.get(tool_call_id) ?? []
    if (!known.includes(quote)) byCall.set(tool_call_id, [...known, quote])
  }
  return byCall
}

/** A quote; its link opens the result that it comes from, at the quoted words. */
export function Quote({ incident, tool_call_id, quote }: Quoted & { incident: IncidentWithTimeline }) {
  const number = quotesOf(incident).get(tool_call_id)?.indexOf(quote) ?? 0
  const source = nameOfCall(incident, tool_call_id)
  return (
    <span className="quote">
      <q className="foreign">{quote}</q>
      {source ? (
        <a className="small" href={`#call-${encodeURIComponent(tool_call_id)}~${number}`}>
          from {source}
        </a>
      ) : (
        <span className="soft small">from the alert</span>
      )}
    </span>
  )
}

function nameOfCall({ timeline }: IncidentWithTimeline, id: string): string | undefined {
  for (const { event } of timeline) if (event.kind === 'tool_result' && event.tool_call_id === id) return event.name
  return undefined
}
