import { expect, it } from 'vitest'
import { moveBack, moveForward, openMovedPrometheus } from './moved-prometheus.ts'

// Recorded until 1,000 s; it is 50,000 s now, and the present is 900 s.
const when = { back: 49_100, until: 1_000_000, now: 50_000_000 }
const asked = (path: string) => {
  const { url, by } = moveBack(new URL(path, 'http://prometheus'), when)
  return [`${url.pathname}?${url.searchParams}`, by]
}

it.each([
  ['the present', '/api/v1/query?query=up', '/api/v1/query?query=up&time=900', 49_100],
  [
    'a course until now',
    '/api/v1/query_range?query=up&start=49940&end=50000&step=3',
    '/api/v1/query_range?query=up&start=840&end=900&step=3',
    49_100,
  ],
  ['a recorded time', '/api/v1/query?query=up&time=880', '/api/v1/query?query=up&time=880', 0],
])('%s is asked of the recorded time', (_, path, expected, by) => {
  expect(asked(path)).toEqual([expected, by])
})

it('what the recorded Prometheus said of itself is answered as it said it', async () => {
  const targets = { status: 'success', data: { activeTargets: [{ scrapeInterval: '1s' }] } }
  await using moved = await openMovedPrometheus('http://127.0.0.1:9', 0, { '/api/v1/targets': targets })
  expect(await (await fetch(`${moved.url}/api/v1/targets?state=active`)).json()).toEqual(targets)
  expect((await fetch(`${moved.url}/api/v1/rules`)).status).toBe(502)
})

it('answers carry the times that were asked for', () => {
  const vector = { data: { result: [{ metric: {}, value: [900, '1'] as [number, string] }] } }
  expect(moveForward(vector, 49_100)).toEqual({ data: { result: [{ metric: {}, value: [50_000, '1'] }] } })
  const matrix = {
    data: {
      result: [
        {
          metric: {},
          values: [
            [840, '1'],
            [843, '2'],
          ] as [number, string][],
        },
      ],
    },
  }
  expect(moveForward(matrix, 100)).toEqual({
    data: {
      result: [
        {
          metric: {},
          values: [
            [940, '1'],
            [943, '2'],
          ],
        },
      ],
    },
  })
  expect(moveForward({ data: { result: [900, '7'] } }, 1)).toEqual({ data: { result: [901, '7'] } })
  expect(moveForward({ data: {} }, 1)).toEqual({ data: {} })
})
