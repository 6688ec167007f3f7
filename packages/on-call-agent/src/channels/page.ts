import type { Diagnosis, Incident } from '../api.ts'
import type { ToolCall } from '../incidents/transcript.ts'
import { evidenceLine } from './evidence-line.ts'
import { shorten } from './shorten.ts'

/** WhatsApp messages through Twilio hold 1,600 characters (error 21617 beyond). https://www.twilio.com/docs/api/errors/21617 */
export const MESSAGE_CHARS = 1_600

const LEAD: Record<Diagnosis['status'], string> = {
  diagnosed: 'Cause',
  suspected: 'Suspected cause',
  inconclusive: 'Not diagnosed',
  recovered: 'Recovered; it was',
  false_alarm: 'False alarm',
}

/** What a page is about; `calls` are the investigation's, to name where a piece of evidence is from. */
export interface Page {
  incident: Incident
  diagnosis: Diagnosis
  madeBy: 'model' | 'fallback'
  calls: ToolCall[]
}

/** The page: what fires, what is wrong, why we think so, what to do. Whole lines go, least important first, until it fits. */
export function pageText({ incident, diagnosis, madeBy, calls }: Page): string {
  const {
    status,
    root_cause,
    confidence,
    affected_file,
    line_number,
    evidence,
    next_steps,
    alternatives = [],
    suggested_fix,
    instances = [],
  } = diagnosis
  const alerts = [...new Set(incident.alerts.map(({ alertname }) => alertname))].join(', ')
  const where = affected_file && `*Where:* ${affected_file}${line_number ? `:${line_number}` : ''}`
  const sure = madeBy === 'model' ? ` (${Math.round(confidence * 100)} % sure)` : ''
  const lines: { text: string | undefined | false; weight: number }[] = [
    { text: madeBy === 'fallback' && '*Made without AI*', weight: 9 },
    { text: `*${incident.ref}* ${shorten(incident.severity, 40)}: ${shorten(incident.service, 100)}`, weight: 9 },
    { text: alerts, weight: 7 },
    { text: `*${LEAD[status]}:* ${root_cause}${sure}`, weight: 9 },
    { text: where, weight: 8 },
    { text: instances.length > 0 && `*Instances:* ${instances.join(', ')}`, weight: 5 },
    ...evidence.slice(0, 3).map((each, i) => ({ text: evidenceLine(each, calls), weight: 6 - i })),
    { text: suggested_fix && `*Fix:* ${shorten(suggested_fix, 240)}`, weight: 6 },
    ...next_steps.slice(0, 3).map((step, i) => ({ text: `${i + 1}. ${step}`, weight: 7 - i })),
    { text: alternatives[0] && `*Or:* ${alternatives[0]}`, weight: 3 },
    { text: 'Reply e.g. "why?", "is it still happening?", "create Jira task and assign to Ravi".', weight: 2 },
  ]
  let kept = lines.filter((line): line is { text: string; weight: number } => typeof line.text === 'string' && line.text !== '')
  while (join(kept).length > MESSAGE_CHARS && kept.some(({ weight }) => weight < 9)) {
    const least = Math.min(...kept.map(({ weight }) => weight))
    const at = kept.findLastIndex(({ weight }) => weight === least)
    kept = kept.toSpliced(at, 1)
  }
  return fitMessage(join(kept))
}

/** Any text as one well-formed message; a longer one ends with an ellipsis. */
export function fitMessage(text: string): string {
  return shorten(text.trim().toWellFormed(), MESSAGE_CHARS)
}

const join = (lines: { text: string }[]) => lines.map(({ text }) => text).join('\n')
