import { expect, test } from 'vitest'
import { incidentOf, lookTarget } from '../../test-parts/look-tools.ts'
import { createServiceFinder } from './prometheus/find-service.ts'
import { functionsOf, lookForService } from './sight.ts'
import type { Target } from './target.ts'

const { signal } = new AbortController()
const target = (id: string, over: Partial<Target> = {}): Target => ({ ...lookTarget(), id, ...over })
const seeing = async (...targets: Target[]) => (await lookForService(targets, incidentOf('payments'), signal)).seeing.map(({ id }) => id)

test('targets that do not see the service are left out', async () => {
  expect(await seeing(target('a'), target('b', { covers: async () => false }))).toEqual(['a'])
})

test('a target that cannot tell, or does not answer in time, counts as seeing', async () => {
  const fails = target('fails', { covers: () => Promise.reject(new Error('it cannot be reached')) })
  const hangs = target('hangs', { covers: () => new Promise(() => {}) })
  expect(await seeing(fails, hangs)).toEqual(['fails', 'hangs'])
})

test('a target without a first look of its own makes no service visible', async () => {
  expect(await seeing(target('code', { firstLook: [] }))).toEqual([])
})

test("a target's hint stands in the description of another target's function while both see", () => {
  const [plain] = functionsOf([target('a')])
  const [hinted] = functionsOf([target('a'), target('b', { functions: [], hints: { fetch_logs: 'Of b too.' } })])
  expect(hinted?.description).toBe(`${plain?.description} Of b too.`)
})

test.each([
  ['its name', ['payments', 'other'], {}, 'job="payments"'],
  ["the alert's own label, where its name has no series", ['blackbox'], { job: 'blackbox' }, 'job="blackbox"'],
  ["its name before the alert's label", ['payments', 'blackbox'], { job: 'blackbox' }, 'job="payments"'],
  ['nothing', ['other'], { job: 'gone' }, undefined],
])('Prometheus finds a service by %s', async (_what, known, labels, matcher) => {
  const client = { labelValues: async () => known, query: async () => [], queryRange: async () => [] }
  expect(await createServiceFinder(client, 'job').find(incidentOf('payments', labels))).toBe(matcher)
})
