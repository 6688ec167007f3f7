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
  NOT_RUNNING,
  POOL_IN_USE,
  QUEUE_PHASE,
  RESTARTS,
} from './indicators.ts'

/** One fault as it is tried, and the figures in which it is to be seen, the first above all. */
export interface Trial {
  fault: FleetFaultRequest
  lastsSeconds: number
  indicators: [Indicator, ...Indicator[]]
}

/** All faults; those that act slowly last longer. */
export const TRIALS: readonly Trial[] = [
  { fault: { mode: 'latency', latency_ms: 800 }, lastsSeconds: 40, indicators: [DB_PHASE] },
  { fault: { mode: 'errors', p_error: 0.8 }, lastsSeconds: 40, indicators: [ERRORS] },
  { fault: { mode: 'cpu', cpu_ms: 200 }, lastsSeconds: 45, indicators: [CPU, QUEUE_PHASE] },
  { fault: { mode: 'oom_safe' }, lastsSeconds: 50, indicators: [MEMORY, ERRORS] },
  { fault: { mode: 'memory_leak' }, lastsSeconds: 80, indicators: [MEMORY] },
  { fault: { mode: 'pool_leak' }, lastsSeconds: 40, indicators: [POOL_IN_USE, ERRORS] },
  { fault: { mode: 'crash' }, lastsSeconds: 40, indicators: [RESTARTS, NOT_RUNNING] },
  { fault: { mode: 'lock' }, lastsSeconds: 40, indicators: [databaseErrors('55P03'), ERRORS, DB_PHASE] },
  { fault: { mode: 'slow_query' }, lastsSeconds: 75, indicators: [LIST_DURATION, DB_PHASE] },
  { fault: { mode: 'max_connections' }, lastsSeconds: 75, indicators: [databaseErrors('53300'), ERRORS] },
  { fault: { mode: 'db_down' }, lastsSeconds: 30, indicators: [DATABASE_LOST, ERRORS] },
]
