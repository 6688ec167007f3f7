import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import type { Diagnosis, Incident } from '../api.ts'
import { fitMessage, MESSAGE_CHARS, pageText } from './page.ts'

const episode = (alertname: string): Incident['alerts'][number] => ({
  alertname,
  severity: 'critical',
  summary: '',
  labels: {},
  fingerprint: alertname,
  starts_at: '',
  received_at: '',
  ends_at: null,
})
const incident = (over: Partial<Incident> = {}): Incident => ({
  id: 'i',
  ref: 'I7',
  status: 'investigating',
  severity: 'critical',
  service: 'inventory',
  alerts: [episode('InventoryErrorBurst')],
  opened_at: '',
  diagnosed_at: null,
  resolved_at: null,
  diagnosis: null,
  ticket: null,
  ...over,
})

test('a page says which incident, what fires, the cause, where, why and what to do', () => {
  const page = pageText({
    incident: incident({ alerts: [episode('A'), episode('B'), episode('A')] }),
    diagnosis: diagnosis({
      affected_file: 'packages/inventory/src/campaigns.ts',
      line_number: 42,
      instances: ['127.0.0.1:8001'],
      suggested_fix: 'Check it.',
      alternatives: ['The database: it answers.'],
    }),
    madeBy: 'model',
    calls: [],
  })
  expect(page.split('\n')).toEqual([
    '*I7* critical: inventory',
    'A, B',
    `*Cause:* ${diagnosis().root_cause} (90 % sure)`,
    '*Where:* packages/inventory/src/campaigns.ts:42',
    '*Instances:* 127.0.0.1:8001',
    "> Cannot read properties of undefined (reading 'discount')",
    '*Fix:* Check it.',
    '1. Check for undefined before the discount is read.',
    '*Or:* The database: it answers.',
    'Reply e.g. "why?", "is it still happening?", "create Jira task and assign to Ravi".',
  ])
})

test('a page that no model made says so first, and claims no certainty', () => {
  const page = pageText({ incident: incident(), diagnosis: diagnosis({ status: 'inconclusive' }), madeBy: 'fallback', calls: [] })
  expect(page.startsWith('*Made without AI*\n*I7*')).toBe(true)
  expect(page).not.toContain('% sure')
})

const emoji = '😀'
const everything = (chars: number): Diagnosis => {
  const text = emoji.repeat(Math.ceil(chars / 2)).slice(0, chars)
  return diagnosis({
    root_cause: `CAUSE ${text}`.slice(0, 1_000),
    evidence: Array(10).fill({ tool_call_id: 'c', quote: text.slice(0, 500) || 'q' }),
    next_steps: Array(8).fill(text.slice(0, 300) || 's'),
    affected_file: `file/${text}`,
    instances: Array(20).fill(text),
    suggested_fix: text,
    alternatives: Array(5).fill(text.slice(0, 300)),
  })
}

test.each([0, 1, 99, 100, 159, 160, 161, 239, 241, 299, 500, 994, 995, 2_000, 20_000])(
  'with texts of %i characters a page fits, has its cause, and no half character',
  (chars) => {
    const long = emoji.repeat(Math.ceil(chars / 2)).slice(0, chars)
    for (const madeBy of ['model', 'fallback'] as const) {
      for (const given of [
        incident(),
        incident({ service: `s${long}`, severity: `c${long}`, alerts: Array.from({ length: 40 }, (_, i) => episode(`${i}${long}`)) }),
      ]) {
        const page = pageText({ incident: given, diagnosis: everything(chars), madeBy, calls: [] })
        expect(page.length).toBeLessThanOrEqual(MESSAGE_CHARS)
        expect(page).toContain('*I7*')
        expect(page).toContain('*Cause:* CAUSE')
        expect(page).toContain(everything(chars).root_cause.slice(0, 990).trim().toWellFormed())
        expect(page.isWellFormed()).toBe(true)
      }
    }
  },
)

test('what matters least goes first', () => {
  const page = pageText({ incident: incident(), diagnosis: everything(500), madeBy: 'model', calls: [] })
  expect(page).not.toContain('Reply e.g.')
  expect(page).toContain('*Where:*')
})

test.each([
  ['short ', 'short'],
  ['x'.repeat(1_600), 'x'.repeat(1_600)],
  ['x'.repeat(1_601), `${'x'.repeat(1_599)}…`],
  [`${'x'.repeat(1_598)}😀😀`, `${'x'.repeat(1_598)}…`],
  ['half \ud83d of one', 'half \ufffd of one'],
])('a text is fitted into one message', (text, fitted) => {
  expect(fitMessage(text)).toBe(fitted)
})
