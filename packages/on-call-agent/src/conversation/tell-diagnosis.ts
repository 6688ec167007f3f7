import type { Incident } from '../api.ts'
import { evidenceLine } from '../channels/evidence-line.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import type { ChatMessage } from '../incidents/transcript.ts'

const WHY_CHARS = 120

/** What a person is told while no model can be used: what is known of the incident, and in one plain line why there is no better answer. */
export function tellDiagnosis({ ref, diagnosis, ticket }: Incident, transcript: ChatMessage[], why: string): string {
  const calls = transcript.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  const known = diagnosis
    ? [
        `*What is known:* ${oneLine(diagnosis.root_cause, 500)}`,
        ...diagnosis.evidence.slice(0, 3).map((each) => evidenceLine(each, calls)),
        diagnosis.suggested_fix && `*Fix:* ${oneLine(diagnosis.suggested_fix, 240)}`,
        ...diagnosis.next_steps.slice(0, 3).map((step, i) => `${i + 1}. ${oneLine(step, 160)}`),
        ticket && `Ticket *${ticket.key}*: ${ticket.url}`,
      ]
    : []
  const cannot = `*${ref}* I cannot answer just now (${oneLine(why, WHY_CHARS)}). Your message is kept; write again in a minute.`
  return [cannot, ...known].filter((line) => typeof line === 'string').join('\n')
}
