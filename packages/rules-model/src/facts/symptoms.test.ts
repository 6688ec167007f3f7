import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { symptomsOf } from './symptoms.ts'

const alert = (alertname: string) => ({
  alertname,
  severity: 'critical',
  service: 'inventory',
  summary: '',
  labels: {},
  startsAt: undefined,
})
const named = (alertname: string) => [...symptomsOf([alert(alertname)], undefined)].sort()

/** About the monitoring and the agent themselves, about a rollout that stands still, about customers who stay away or are refused: none of the symptoms says that. */
const OF_OTHER_THINGS =
  /^(Watchdog|Monitoring\w+|Agent\w+|ImagePullBackOff|ClusterWatched|ShopReservations\w+|ShopTrafficLost|ShopConnectionsCut|LoadBalancerBackendListStale)$/

test('every alert about how the shop and its parts do is understood by its name', () => {
  const rules = readFileSync(new URL('../../../../alerts.yaml', import.meta.url), 'utf8')
  const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter((name) => named(name).length === 0 && !OF_OTHER_THINGS.test(name))).toEqual([])
})

test.each([
  ['InventoryDatabaseUnreachable', ['availability', 'database']],
  ['InventoryPoolExhausted', ['database']],
  ['InventorySlowDatabase', ['database', 'latency']],
  ['InventoryRouteFailing', ['errors']],
  ['InventoryRouteSlow', ['latency']],
  ['InventoryMemoryGrowing', ['memory']],
  ['InventoryInstanceFatal', ['availability']],
  ['LoadBalancerRetryStorm', ['availability']],
  ['PostgresTooManyConnections', ['database']],
  ['PodCrashLoopBackOff', ['availability']],
  ['PodOOMKilled', ['memory']],
  ['PodPending', ['availability']],
  ['NodeNotReady', ['availability']],
  ['ServiceWithoutEndpoints', ['availability']],
])('%s is felt as %j', (alertname, symptoms) => {
  expect(named(alertname)).toEqual(symptoms)
})

test('a name that tells nothing is read by its summary', () => {
  expect([...symptomsOf([{ ...alert('Rule17'), summary: 'the connections of the pool are used up' }], undefined)]).toEqual(['database'])
})
