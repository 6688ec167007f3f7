import type { FleetFaultRequest } from '@oncall-lab/process-manager/api'
import {
  CPU,
  DATABASE_LOST,
  DB_PHASE,
  databaseErrors,
  ERRORS,
  type Indicator,
  LIST_DURATION,
  MEMORY,
  POOL_IN_USE,
  QUEUE_PHASE,
  RESTARTS,
} from './indicators.ts'

/** One fault as it is drilled, and the figures in which it is to be seen, the first above all. */
export interface Drill {
  fault: FleetFaultRequest
  lastsSeconds: number
  indicators: [Indicator, ...Indicator[]]
}

/** All faults; those that act slowly last longer. */
export const DRILLS: readonly Drill[] = [
  { fault: { mode: 'latency', latency_ms: 800 }, lastsSeconds: 15, indicators: [DB_PHASE] },
  { fault: { mode: 'errors', p_error: 0.8 }, lastsSeconds: 15, indicators: [ERRORS] },
  { fault: { mode: 'cpu', cpu_ms: 200 }, lastsSeconds: 20, indicators: [CPU, QUEUE_PHASE] },
  { fault: { mode: 'oom_safe' }, lastsSeconds: 35, indicators: [MEMORY, ERRORS] },
  { fault: { mode: 'memory_leak' }, lastsSeconds: 60, indicators: [MEMORY] },
  { fault: { mode: 'pool_leak' }, lastsSeconds: 25, indicators: [POOL_IN_USE, ERRORS] },
  { fault: { mode: 'crash' }, lastsSeconds: 25, indicators: [RESTARTS] },
  { fault: { mode: 'lock' }, lastsSeconds: 20, indicators: [databaseErrors('55P03'), ERRORS, DB_PHASE] },
  { fault: { mode: 'slow_query' }, lastsSeconds: 20, indicators: [LIST_DURATION, DB_PHASE] },
  { fault: { mode: 'max_connections' }, lastsSeconds: 60, indicators: [databaseErrors('53300'), ERRORS] },
  { fault: { mode: 'db_down' }, lastsSeconds: 20, indicators: [DATABASE_LOST, ERRORS] },
]
