import { balancerErrors, balancerList, retries } from './balancer.ts'
import { release, scaling } from './changes.ts'
import { nodes, podEnd, podRefused, podWaiting, probes } from './cluster.ts'
import { code } from './code.ts'
import { codeDiff } from './code-diff.ts'
import { databaseCode, databaseReach, ownConnections, pool, poolCourse } from './database.ts'
import { errorHistory, errorInstances, errorRoutes, errors, logAgrees } from './errors.ts'
import { fatalRequest } from './fatal-request.ts'
import { hostDisk, hostJournal, hostPage, hostProcess, hostSettings, hostUnit } from './host.ts'
import { databaseDoor, lockQueue, lockRoot, slotHolder, wholeReads } from './inside-database.ts'
import { deaths, exit, restarts, running, targets } from './instances.ts'
import { latency, phases, slowInstances, slowRoutes } from './latency.ts'
import { cpu, cpuCost, lag, lagShape, openFiles, traffic } from './load.ts'
import { LOG_SIGNALS, logSilence, refusedWhom, waitingMethods } from './log.ts'
import { heap, memory } from './memory.ts'
import { alertState, refusals, scrapes, sight, subject } from './monitoring.ts'
import { monitoringHealth, targetList } from './monitoring-health.ts'
import { poolWork } from './pool-work.ts'
import { recentChange } from './recent-change.ts'
import { replicationSlots } from './replication.ts'
import { rule, ruleClaim, ruleDivisor } from './rule.ts'
import { errorScope } from './scope.ts'
import type { Signal } from './signal.ts'

/** Every probe of the results, by the name under which families weigh its levels. */
const SIGNALS = {
  errors,
  errorRoutes,
  errorInstances,
  errorScope,
  logAgrees,
  errorHistory,
  ...LOG_SIGNALS,
  waitingMethods,
  logSilence,
  refusedWhom,
  code,
  codeDiff,
  databaseReach,
  databaseCode,
  pool,
  poolCourse,
  poolWork,
  ownConnections,
  databaseDoor,
  slotHolder,
  lockRoot,
  lockQueue,
  wholeReads,
  replicationSlots,
  latency,
  slowRoutes,
  slowInstances,
  phases,
  cpu,
  cpuCost,
  lag,
  lagShape,
  traffic,
  openFiles,
  memory,
  heap,
  deaths,
  exit,
  fatalRequest,
  restarts,
  running,
  targets,
  release,
  recentChange,
  scaling,
  balancerList,
  balancerErrors,
  retries,
  alertState,
  scrapes,
  targetList,
  monitoringHealth,
  rule,
  ruleClaim,
  ruleDivisor,
  sight,
  refusals,
  subject,
  hostUnit,
  hostDisk,
  hostSettings,
  hostProcess,
  hostPage,
  hostJournal,
  podWaiting,
  podEnd,
  podRefused,
  nodes,
  probes,
} as const

export type SignalId = keyof typeof SIGNALS
export type LevelOf<Id extends SignalId> = (typeof SIGNALS)[Id]['levels'][number]

/** The same by name, where the levels do not matter. */
export function signalOf(id: SignalId): Signal {
  return SIGNALS[id] as Signal
}

export const SIGNAL_IDS = Object.keys(SIGNALS) as SignalId[] // The keys of a literal.
