import { describe, expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { KNOWN_INCIDENTS } from '../../test-parts/known-incidents.ts'
import { NOW } from '../../test-parts/scene.ts'

/** The database is down, and the instances' own probes, which ask it every few seconds, have not noticed yet. */
function beforeTheProbes(secondsAgo: number) {
  const world = KNOWN_INCIDENTS.database_down?.()
  if (!world) throw new Error('There is no database_down')
  const { database_up: _noticed, ...metrics } = world.metrics
  const onset = { at: new Date(NOW - secondsAgo * 1_000).toJSON(), ended_at: null, error_rate_before: 0, error_rate_within: 0.8 }
  // The alert comes half-way.
  const alerts = world.alerts.map((alert) => ({ ...alert, starts_at: new Date(NOW - secondsAgo * 500).toJSON() }))
  return investigate({ ...world, alerts, metrics, rate: { ...world.rate, onset, scopes: [] } }).diagnosis
}

describe('a probe that has reached the database', () => {
  test('says nothing when the trouble is younger than its pause: the refused connections decide', () => {
    expect(beforeTheProbes(3)).toMatchObject({ cause: 'database_down' })
  })

  test('speaks against a dead database once it has had the time to notice', () => {
    expect(beforeTheProbes(60).cause).not.toBe('database_down')
  })
})
