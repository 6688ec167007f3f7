import { expect, test } from 'vitest'
import { logEntry } from '../../test-parts/look-tools.ts'
import { summariseTemplates, templateOf } from './log-templates.ts'

const ALERT = Date.parse('2026-11-21T10:00:00.000Z')
const at = (seconds: number) => new Date(ALERT + seconds * 1_000).toISOString()
const stack =
  'TypeError: x\n    at parse (node:internal/x:1:2)\n    at find (node_modules/pg/pool.js:9:1)\n    at price (src/pricing.ts:41:7)'

test('templates: numbers and quoted names make no difference', () => {
  expect(templateOf('item 17 of "blue" has no price')).toBe(templateOf('item 4711 of "red" has no price'))
})

test('templates: what was there before is counted apart from what came with the trouble', () => {
  const entries = [
    ...[-500, -400, -300, -20].map((seconds) => logEntry({ ts: at(seconds), message: 'slow query: 210 ms', route: '/items' })),
    ...[-30, -20, -10].map((seconds, i) => logEntry({ ts: at(seconds), message: `item ${i} has no price`, error: 'TypeError', stack })),
  ]
  const [first, second] = summariseTemplates(entries, ALERT)
  expect(first).toMatchObject({ before: 0, since: 3, error: 'TypeError', frame: 'src/pricing.ts:41', first: at(-30), last: at(-10) })
  expect(second).toMatchObject({ before: 3, since: 1, minutes_before: 3, routes: ['/items'] })
})

test('templates: without an alert there is no before, and of many only the most frequent stand', () => {
  const words = ['cart', 'order', 'price', 'stock', 'label', 'image', 'offer', 'maker', 'badge', 'parcel']
  const templates = summariseTemplates(
    words.flatMap((word, i) => Array.from({ length: i + 1 }, () => logEntry({ message: `no ${word}` }))),
    undefined,
  )
  expect(templates).toHaveLength(8)
  expect(templates[0]).toMatchObject({ example: 'no parcel', before: 0, since: 10 })
})
