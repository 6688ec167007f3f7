import { evidenceLine } from '../evidence-line.ts'
import { oneLine } from '../outgoing-text.ts'
import { causeLine, describeAlerts, type Page } from '../page.ts'

/** A page as a mail: nobody reads it on a lock screen and nobody can answer it, so it holds what a phone gives on asking. */
export function mailText(page: Page): string {
  const { incident, diagnosis, link, runbook } = page
  const evidence = diagnosis.evidence.map((each) => evidenceLine(each, []))
  const steps = diagnosis.next_steps.map((step, i) => `${i + 1}. ${oneLine(step, 300)}`)
  const parts = [
    [`*${incident.ref}* ${describeAlerts(incident)}`, causeLine(page, 1_000)],
    evidence.length > 0 && ['What was seen:', ...evidence],
    diagnosis.suggested_fix && [`Fix: ${oneLine(diagnosis.suggested_fix, 1_000)}`],
    ['What to do:', ...steps],
    diagnosis.alternatives?.length && ['What else it could be:', ...diagnosis.alternatives.map((each) => `- ${oneLine(each, 300)}`)],
    [link && `The incident, and where to answer: ${link}`, runbook && `Runbook: ${runbook}`].filter((line) => typeof line === 'string'),
    ['Answers to this mail are not read.'],
  ]
  return parts
    .filter((part) => Array.isArray(part) && part.length > 0)
    .map((part) => (Array.isArray(part) ? part.join('\n') : ''))
    .join('\n\n')
}
