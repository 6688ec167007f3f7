import { expect, test } from 'vitest'
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts'
import { createHeartbeat } from './heartbeat.ts'

const MINUTE = 60_000

/** A store and a heartbeat whose clock the test moves. */
async function watch() {
  const clock = { ms: Date.now() }
  const store = createSqliteStore(':memory:', { now: () => new Date(clock.ms) })
  const start = () => createHeartbeat({ alerts: store.alerts, receive: store.alerts.apply, watchdogs: ['Watchdog'], now: () => clock.ms })
  const open = async () => (await store.incidents.list(10)).filter(({ resolved_at }) => resolved_at === null)
  return { clock, store, start, open, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

test('a heartbeat that stops for three minutes opens one incident, and ends it when it is heard again', async () => {
  await using watched = await watch()
  const heartbeat = watched.start()
  await heartbeat.seen(['Other', 'Watchdog'])
  watched.clock.ms += 3 * MINUTE - 1
  await heartbeat.check()
  expect(await watched.open()).toEqual([])
  for (let i = 0; i < 20; i += 1) {
    watched.clock.ms += MINUTE
    await heartbeat.check()
  }
  expect(await watched.open()).toMatchObject([
    { service: 'alerting', severity: 'critical', alerts: [{ alertname: 'AlertingPipelineSilent' }] },
  ])
  await heartbeat.seen(['Watchdog'])
  await heartbeat.check()
  expect(await watched.open()).toEqual([])
  expect(await watched.store.incidents.list(10)).toHaveLength(1)
})

test('without a heartbeat ever, nothing is silent', async () => {
  await using watched = await watch()
  const heartbeat = watched.start()
  watched.clock.ms += 60 * MINUTE
  await heartbeat.check()
  expect(await watched.store.incidents.list(10)).toEqual([])
})

test('after a start the pipeline gets its three minutes, and an incident that was open stays one', async () => {
  await using watched = await watch()
  await watched.start().seen(['Watchdog'])
  watched.clock.ms += 600 * MINUTE
  const heartbeat = watched.start()
  await heartbeat.check()
  expect(await watched.open()).toEqual([])
  watched.clock.ms += 3 * MINUTE
  await heartbeat.check()
  const again = watched.start()
  await again.check()
  watched.clock.ms += 10 * MINUTE
  await again.check()
  expect(await watched.open()).toHaveLength(1)
})

test('once the Watchdog came by webhook, what Alertmanager holds is no heartbeat any more: its way to here may be broken', async () => {
  await using watched = await watch()
  const heartbeat = watched.start()
  await watched.store.alerts.beat('Watchdog', 'webhook')
  watched.clock.ms += 3 * MINUTE
  await heartbeat.seen(['Watchdog'])
  await heartbeat.check()
  expect(await watched.open()).toMatchObject([{ service: 'alerting' }])
  await watched.store.alerts.beat('Watchdog', 'webhook')
  await heartbeat.check()
  expect(await watched.open()).toEqual([])
})
