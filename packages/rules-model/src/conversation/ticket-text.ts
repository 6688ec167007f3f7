import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { Facts } from '../facts/facts.ts'
import { excerpt, fit, percent } from '../wording.ts'

/** The ticket's title, at most 255 characters. */
export function summariseTicket({ service, alerts }: Facts, diagnosis: Diagnosis | undefined): string {
  const alert = alerts[0]?.alertname ?? 'alert'
  if (!diagnosis) return excerpt(`${service}: ${alert}, cause not known`, 255)
  const { root_cause, affected_file, line_number } = diagnosis
  const place = affected_file ? ` (${affected_file}${line_number ? `:${line_number}` : ''})` : ''
  const [sentence = ''] = root_cause.split(affected_file ? / thrown at |(?<=[.;])\s/ : /(?<=[.;])\s/)
  return excerpt(`${excerpt(`${service}: ${sentence.replace(/[.;]$/, '')}`, 150)}${place}`, 255)
}

/** The ticket's body: cause, place, evidence, next steps, in plain text of at most 8,000 characters. */
export function describeTicket({ alerts }: Facts, diagnosis: Diagnosis | undefined): string {
  const fired = alerts.map(({ alertname, severity, summary }) => `- ${alertname} (${severity}): ${summary}`)
  if (!diagnosis) return fit(['Alerts', ...fired, '', 'No diagnosis was made.'].join('\n'), 8_000)
  const { root_cause, status, confidence, affected_file, line_number, component, instances, routes } = diagnosis
  const section = (title: string, lines: string[]) => (lines.length > 0 ? ['', title, ...lines] : [])
  const lines = [
    'Root cause',
    root_cause,
    `Status: ${status}, confidence ${percent(confidence)}, priority ${diagnosis.priority}`,
    ...(affected_file ? [`Place: ${affected_file}${line_number ? `:${line_number}` : ''}`] : []),
    ...(component ? [`Component: ${component}`] : []),
    ...(instances ? [`Instances: ${instances.join(', ')}`] : []),
    ...(routes ? [`Routes: ${routes.join(', ')}`] : []),
    ...section(
      'Evidence',
      diagnosis.evidence.map(({ tool_call_id, quote }) => `- ${toolOf(tool_call_id)}: ${quote}`),
    ),
    ...section(
      'Next steps',
      diagnosis.next_steps.map((step, index) => `${index + 1}. ${step}`),
    ),
    ...section('Suggested fix', diagnosis.suggested_fix ? [diagnosis.suggested_fix] : []),
    ...section(
      'Considered and set aside',
      (diagnosis.alternatives ?? []).map((text) => `- ${text}`),
    ),
    ...section('Alerts', fired),
  ]
  return fit(lines.join('\n'), 8_000)
}

/** `call_3_fetch_logs` as `fetch_logs`; other ids as they are. */
export function toolOf(callId: string): string {
  return /^call_\d+_(\w+)$/.exec(callId)?.[1] ?? callId
}
