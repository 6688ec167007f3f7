import { alertRuleDefect } from './alert-rule-defect.ts'
import { applicationException } from './application-exception.ts'
import { badConfiguration } from './bad-configuration.ts'
import { badData } from './bad-data.ts'
import { badInstance } from './bad-instance.ts'
import { badRelease } from './bad-release.ts'
import { capacityReduced } from './capacity-reduced.ts'
import { connectionsExhausted } from './connections-exhausted.ts'
import { cpuSaturation } from './cpu-saturation.ts'
import { crashLoop } from './crash-loop.ts'
import { databaseDown } from './database-down.ts'
import { databaseRefusesLogin } from './database-refuses-login.ts'
import { deadlock } from './deadlock.ts'
import { dependencyDown } from './dependency-down.ts'
import { dependencySlow } from './dependency-slow.ts'
import { diskFull } from './disk-full.ts'
import { eventLoopBlocked } from './event-loop-blocked.ts'
import type { Family } from './family.ts'
import { instanceDown } from './instance-down.ts'
import { loadBalancerDown } from './load-balancer-down.ts'
import { lockContention } from './lock-contention.ts'
import { memoryLeak } from './memory-leak.ts'
import { monitoringBroken } from './monitoring-broken.ts'
import { networkPartial } from './network-partial.ts'
import { nothingWrong } from './nothing-wrong.ts'
import { outOfMemory } from './out-of-memory.ts'
import { outOfSight } from './out-of-sight.ts'
import { permissionDenied } from './permission-denied.ts'
import { poolLeak } from './pool-leak.ts'
import { processHung } from './process-hung.ts'
import { resourceExhausted } from './resource-exhausted.ts'
import { retryStorm } from './retry-storm.ts'
import { schemaMismatch } from './schema-mismatch.ts'
import { serviceDownOnHost } from './service-down-on-host.ts'
import { slowQuery } from './slow-query.ts'
import { staleBackends } from './stale-backends.ts'
import { staleTargets } from './stale-targets.ts'
import { trafficDrop } from './traffic-drop.ts'
import { trafficSurge } from './traffic-surge.ts'

/** Every kind of cause that is considered. Where two stand equally, the earlier one is named. */
export const FAMILIES: readonly Family[] = [
  applicationException,
  badRelease,
  badConfiguration,
  badData,
  badInstance,
  databaseDown,
  databaseRefusesLogin,
  schemaMismatch,
  permissionDenied,
  connectionsExhausted,
  poolLeak,
  lockContention,
  deadlock,
  slowQuery,
  diskFull,
  resourceExhausted,
  networkPartial,
  dependencyDown,
  dependencySlow,
  crashLoop,
  outOfMemory,
  memoryLeak,
  instanceDown,
  processHung,
  cpuSaturation,
  eventLoopBlocked,
  capacityReduced,
  trafficSurge,
  trafficDrop,
  retryStorm,
  staleBackends,
  staleTargets,
  loadBalancerDown,
  serviceDownOnHost,
  monitoringBroken,
  alertRuleDefect,
  nothingWrong,
  outOfSight,
]
