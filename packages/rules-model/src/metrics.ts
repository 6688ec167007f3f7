import { Counter, type Registry } from 'prom-client'

const ANSWERS = ['tool_calls', 'diagnosis', 'ticket', 'text', 'refused', 'failed'] as const
export type AnswerKind = (typeof ANSWERS)[number]

/** Counts requests by what they were answered with; `refused` are those with a 4xx, `failed` those with a 5xx. */
export function createMetrics(registry: Registry): { answered(kind: AnswerKind): void } {
  const requests = new Counter({
    name: 'rules_model_requests_total',
    help: 'Chat completion requests by the kind of answer.',
    labelNames: ['answer'],
    registers: [registry],
  })
  for (const answer of ANSWERS) requests.inc({ answer }, 0)
  return { answered: (answer) => requests.inc({ answer }) }
}
