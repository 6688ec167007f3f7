import { describe, expect, test } from 'vitest'
import { grade } from '../examination/examine.ts'
import { settingOf } from '../examination/setting.ts'
import { LATER_UNLISTED } from '../examination/unlisted/later-scenes.ts'
import { WHOLE_UNLISTED } from '../examination/unlisted/whole-scenes.ts'
import { investigate } from '../test-parts/investigate.ts'

/** Every function that an investigation of a shop may call. */
const FUNCTIONS = [
  ...['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'list_changes', 'get_balancer_state'],
  ...['check_connection', 'get_connection_stats', 'get_active_connections', 'get_lock_info', 'get_database_stats', 'get_table_stats'],
  ...['get_alert_expression', 'get_monitoring_health'],
]
const SEED = 17
const CONFIDENT = 0.7

/** As the agent answers when it cannot. */
const CUTS: Record<string, (result: string) => string> = {
  fails: () => JSON.stringify({ error: { code: 'upstream_unreachable', message: 'it cannot be reached' } }),
  'answers with half of it': (result) => result.slice(0, Math.floor(result.length / 2)),
}

test.each(LATER_UNLISTED.map((scene) => [scene.id, scene] as const))('%s is told right', (_, scene) => {
  const { world, truth } = scene.play(settingOf(SEED))
  const { diagnosis } = investigate(world)
  expect(grade(diagnosis, truth), `${diagnosis.status} ${diagnosis.cause}: ${diagnosis.root_cause}`).toBe('right')
})

describe.each(WHOLE_UNLISTED.map((scene) => [scene.id, scene] as const))('%s', (_, scene) => {
  const { truth } = scene.play(settingOf(SEED))
  test('told right while every function answers', () => {
    const { diagnosis } = investigate(scene.play(settingOf(SEED)).world)
    expect(grade(diagnosis, truth), `${diagnosis.status} ${diagnosis.cause}: ${diagnosis.root_cause}`).toBe('right')
  })
  describe.each(Object.entries(CUTS))('where one %s', (__, cut) => {
    test.each(FUNCTIONS)('%s: never confidently wrong', (shortened) => {
      const { world } = scene.play(settingOf(SEED))
      const { diagnosis } = investigate(world, (result, name) => (name === shortened ? cut(result) : result))
      const says = `${diagnosis.status} ${diagnosis.cause} ${diagnosis.confidence}: ${diagnosis.root_cause}`
      if (grade(diagnosis, truth) === 'wrong') expect(diagnosis.confidence, says).toBeLessThan(CONFIDENT)
    })
  })
})
