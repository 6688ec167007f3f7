import { Histogram, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { PlainHistogram } from './plain-histogram.ts'

const OPTIONS = { name: 'waiting_seconds', help: 'How long it took.', buckets: [0.1, 1, 10] }
const VALUES = [0, 0.05, 0.1, 0.5, 1, 1.5, 10, 11]

it('is scraped as prom-client scrapes its own histogram of the same values', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const plain = new PlainHistogram({ ...OPTIONS, registry: ours })
  const usual = new Histogram({ ...OPTIONS, registers: [theirs] })
  for (const value of VALUES) {
    plain.record(value)
    usual.observe(value)
  }
  expect(await ours.metrics()).toBe(await theirs.metrics())
})

it('takes counts that were made elsewhere, and adds them up', async () => {
  const registry = new Registry()
  const plain = new PlainHistogram({ ...OPTIONS, registry })
  plain.add([1, 0, 2, 3], 50)
  plain.add([1, 1, 0, 0], 1)
  const lines = (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#'))
  expect(lines).toEqual([
    'waiting_seconds_bucket{le="0.1"} 2',
    'waiting_seconds_bucket{le="1"} 3',
    'waiting_seconds_bucket{le="10"} 5',
    'waiting_seconds_bucket{le="+Inf"} 8',
    'waiting_seconds_sum 51',
    'waiting_seconds_count 8',
    '',
  ])
})
