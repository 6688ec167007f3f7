import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { TRUTHS } from '../test-parts/recorded-truths.ts'
import { readRecording, replay } from '../test-parts/replay.ts'

test('each recording has its truth', () => {
  const files = readdirSync(new URL('../test-parts/recordings', import.meta.url)).map((name) => name.replace('.json', ''))
  expect(Object.keys(TRUTHS).sort()).toEqual(files.sort())
})

/** Changes that change no cause. */
const CHANGES: Record<string, [from: RegExp, to: string][]> = {
  'as it was': [],
  'instances renamed': [
    [/127\.0\.0\.1:1400(\d)/g, 'web.prod.example:910$1'],
    [/\b1400(\d)\b/g, '910$1'],
  ],
  'the service renamed': [
    [/inventory/g, 'checkout'],
    [/Inventory/g, 'Checkout'],
  ],
  'routes renamed': [[/\/items/g, '/v2/orders']],
}

describe.each(Object.entries(TRUTHS))('%s', (name, { causes, on, recovered = false, sure }) => {
  test.each(Object.entries(CHANGES))('%s', (_, changes) => {
    const change = (text: string) => changes.reduce((changed, [from, to]) => changed.replace(from, to), text)
    const { cause, instances, confidence, status } = replay(change(readRecording(name)))
    expect(causes, `${cause} ${confidence}`).toContain(cause)
    expect(status === 'recovered').toBe(recovered)
    if (sure) expect(confidence).toBeGreaterThan(0.8)
    if (on) expect(instances).toEqual(on.map(change))
  })
})
