import { Value } from 'typebox/value'
import type { Diagnosis, Incident } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import { shorten } from '../channels/shorten.ts'
import type { ToolOutcome } from '../functions/call-tool.ts'
import { FetchLogsResult, ToolFailure, topSignature } from '../functions.ts'

/** The evidence of a diagnosis names the incident's alerts by this. */
const ALERT = 'alert'

/** What a person is told when no model could be used: no cause is guessed, only what the functions returned is said. */
export function describeWithoutModel(incident: Incident, why: string, outcomes: ToolOutcome[]): Diagnosis {
  const seen = outcomes.filter((outcome) => failureCode(outcome) !== 'not_seen')
  if (seen.length === 0) return describeOutOfSight(incident, outcomes)
  return {
    status: 'inconclusive',
    root_cause: shorten(
      `${seen.map(({ summary }) => oneLine(summary, 260)).join(' ')} No model could be used (${oneLine(why, 120)}).`,
      1_000,
    ),
    confidence: 0,
    evidence: seen.flatMap(({ call, ok, result }) => {
      const signature = ok ? logSignature(result) : undefined
      return signature ? [{ tool_call_id: call.id, quote: signature.slice(0, 500) }] : []
    }),
    priority: priorityOf(incident),
    next_steps: [
      'Look at the logs and metrics yourself; nothing has been diagnosed.',
      'Check the model server that the agent is configured for.',
    ],
  }
}

/** All that can be said of a service that no target sees is its alert. */
function describeOutOfSight(incident: Incident, outcomes: ToolOutcome[]): Diagnosis {
  const { service, alerts } = incident
  // Each says why, and then that nothing is seen, which is said once for all of them.
  const reasons = [...new Set(outcomes.flatMap((outcome) => failureOf(outcome)?.message.split(`: nothing of ${service}`, 1) ?? []))]
  const why = reasons.length > 0 ? ` (${oneLine(reasons.join('; '), 400)})` : ''
  const summaries = [...new Set(alerts.flatMap(({ summary }) => summary || []))]
  return {
    status: 'inconclusive',
    cause: 'out_of_sight',
    class: 'unknown',
    component: service,
    // What the alert says stands in the page's first line and in the evidence.
    root_cause: `No target can see ${oneLine(service, 200)}${why}. Its alert is all that is known.`,
    confidence: 0,
    evidence: summaries.slice(0, 1).map((quote) => ({ tool_call_id: ALERT, quote: quote.slice(0, 500) })),
    priority: priorityOf(incident),
    next_steps: [
      `Look at ${service} by hand: its dashboards, its log, its last release.`,
      `Tell the people who run ${service}.`,
      'Give the agent a target that sees it (docs/extending.md).',
    ],
  }
}

const priorityOf = ({ severity }: Incident): Diagnosis['priority'] => (severity === 'critical' ? 'critical' : 'high')

function failureOf({ ok, result }: ToolOutcome): ToolFailure['error'] | undefined {
  const value: unknown = ok ? undefined : JSON.parse(result)
  return Value.Check(ToolFailure, value) ? value.error : undefined
}

const failureCode = (outcome: ToolOutcome) => failureOf(outcome)?.code

function logSignature(result: string): string | undefined {
  const value: unknown = JSON.parse(result)
  return Value.Check(FetchLogsResult, value) ? topSignature(value.entries)?.message : undefined
}
