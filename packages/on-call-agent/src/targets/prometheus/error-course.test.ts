import { describe, expect, test } from 'vitest'
import type { Series } from './client.ts'
import { readErrorCourse } from './error-course.ts'
import { findOnset } from './onset.ts'

const INSTANCES = ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80']
const ROUTES = ['/carts', '/carts/:id']
const STEPS = 120

/** Counters of ten minutes, five seconds a step; `rate` is the share of failures at a step, in steps of 20 requests. */
function counters(rate: (step: number, instance: string, route: string) => number): { requests: Series[]; errors: Series[] } {
  const cells = INSTANCES.flatMap((instance) => ROUTES.map((route) => ({ instance, route })))
  const courseOf = (each: (step: number) => number): Series['points'] => {
    let sum = 100
    return Array.from({ length: STEPS + 1 }, (_, step) => {
      sum += step === 0 ? 0 : each(step)
      return [1_000 + 5 * step, sum]
    })
  }
  return {
    requests: cells.map((labels) => ({ labels, points: courseOf(() => 20) })),
    errors: cells.map((labels) => ({ labels, points: courseOf((step) => Math.round(20 * rate(step, labels.instance, labels.route))) })),
  }
}

const read = (rate: Parameters<typeof counters>[0], releases: [string, string][] = []) => {
  const { requests, errors } = counters(rate)
  return readErrorCourse(requests, errors, { routeLabel: 'route', releaseOf: new Map(releases) })
}
const at = (step: number) => `${new Date((1_000 + 5 * step) * 1_000).toISOString().slice(0, 19)}Z`

describe('the onset of errors', () => {
  test('is the step before the first failures, exactly', () => {
    expect(read((step) => (step > 90 ? 0.4 : 0)).onset).toMatchObject({
      at: at(90),
      ended_at: null,
      error_rate_before: 0,
      error_rate_within: 0.4,
    })
  })

  test('has an end when they stopped', () => {
    expect(read((step) => (step > 60 && step <= 72 ? 0.5 : 0)).onset).toMatchObject({ at: at(60), ended_at: at(72) })
  })

  test('is that of the present trouble, not of an earlier one that was worse', () => {
    expect(read((step) => (step > 20 && step <= 40 ? 0.8 : step > 115 ? 0.3 : 0)).onset).toMatchObject({
      at: at(115),
      ended_at: null,
      error_rate_before: 0,
    })
  })

  test('is where a trouble began that became worse', () => {
    expect(read((step) => (step > 110 ? 0.7 : step > 100 ? 0.2 : 0)).onset).toMatchObject({ at: at(100), ended_at: null })
  })

  test('is none without failures, with a few strays, and where the rate has always been the same', () => {
    expect(read(() => 0).onset).toBeNull()
    expect(read((step, instance, route) => (step === 40 && instance === INSTANCES[0] && route === ROUTES[0] ? 0.05 : 0)).onset).toBeNull()
    expect(read(() => 0.1).onset).toBeNull()
  })

  test('is not the restart of a counter', () => {
    const { requests, errors } = counters(() => 0)
    const restarted = requests.map((series) => ({
      ...series,
      points: series.points.map(([time, value], i): [number, number | null] => [time, i < 50 ? value : (value ?? 0) - 900]),
    }))
    expect(readErrorCourse(restarted, errors, { routeLabel: 'route', releaseOf: new Map() }).onset).toBeNull()
  })

  test('takes a change from 10 % to 40 % for one', () => {
    expect(read((step) => (step > 100 ? 0.4 : 0.1)).onset).toMatchObject({ at: at(100), error_rate_before: 0.1 })
  })

  test('of no buckets is none', () => {
    expect(findOnset([])).toBeUndefined()
  })
})

describe('the scope of errors', () => {
  const late = (share: number) => (step: number) => (step > 100 ? share : 0)

  test('is everything when everything fails alike', () => {
    expect(read(late(0.5)).scopes[0]).toMatchObject({ instance: null, route: null, error_rate: 0.5 })
  })

  test('is one instance, one route, or one route on one instance', () => {
    const [bad = '', , good = ''] = INSTANCES
    expect(read((step, instance) => (instance === bad ? late(0.5)(step) : 0)).scopes[0]).toMatchObject({
      instance: bad,
      route: null,
      error_rate_outside: 0,
    })
    expect(read((step, _, route) => (route === '/carts' ? late(0.3)(step) : 0)).scopes[0]).toMatchObject({
      instance: null,
      route: '/carts',
    })
    expect(read((step, instance, route) => (instance === good && route === '/carts' ? late(0.8)(step) : 0)).scopes[0]).toMatchObject({
      instance: good,
      route: '/carts',
    })
  })

  test('is the release that alone fails, on two instances of three', () => {
    const releases: [string, string][] = INSTANCES.map((instance, i) => [instance, i < 2 ? 'r7' : 'r6'])
    const { scopes } = read((step, instance) => (instance === INSTANCES[2] ? 0 : late(0.4)(step)), releases)
    expect(scopes[0]).toMatchObject({ release: 'r7', instance: null })
  })
})
