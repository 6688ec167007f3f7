import { extreme, type Scrape, sum } from './scrape.ts'

/** One figure of the fleet, read from two scrapes one after the other. */
export interface Indicator {
  name: string
  unit: string
  /** A change smaller than this is none. */
  step: number
  /** Undefined when nothing can be said, e.g. of the mean duration of no requests. */
  read(before: Scrape, now: Scrape): number | undefined
}

/** Counters begin at zero again with each process. */
function growth(before: Scrape, now: Scrape, name: string, labels?: Record<string, string>): number {
  const difference = sum(now, name, labels) - sum(before, name, labels)
  return Math.max(0, difference)
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined
}

function meanOf(name: string, labels?: Record<string, string>): Indicator['read'] {
  return (before, now) => ratio(growth(before, now, `${name}_sum`, labels) * 1_000, growth(before, now, `${name}_count`, labels))
}

/** By the names that the faults' declarations use. */
const INDICATORS: Readonly<Record<string, Indicator>> = {
  db_phase: {
    name: 'request_phase_seconds{phase="db"}, mean',
    unit: 'ms',
    step: 20,
    read: meanOf('request_phase_seconds', { phase: 'db' }),
  },
  queue_phase: {
    name: 'request_phase_seconds{phase="queue"}, mean',
    unit: 'ms',
    step: 20,
    read: meanOf('request_phase_seconds', { phase: 'queue' }),
  },
  list_duration: {
    name: 'http_request_duration_seconds{route="/items"}, mean',
    unit: 'ms',
    step: 20,
    read: meanOf('http_request_duration_seconds', { route: '/items' }),
  },
  errors: {
    name: 'http_errors_total / http_requests_total',
    unit: '%',
    step: 2,
    read: (before, now) => ratio(100 * growth(before, now, 'http_errors_total'), growth(before, now, 'http_requests_total')),
  },
  cpu: {
    name: 'process_cpu_seconds_total, sum',
    unit: 'cores',
    step: 0.15,
    read: (before, now) => (growth(before, now, 'process_cpu_seconds_total') * 1_000) / (now.at - before.at),
  },
  memory: {
    name: 'process_resident_memory_bytes, highest',
    unit: 'MB',
    step: 20,
    read: (_, now) => megabytes(extreme(now, 'process_resident_memory_bytes', 'max')),
  },
  restarts: {
    name: 'process_manager_instance_restarts_total, a second',
    unit: '',
    step: 0.1,
    read: (before, now) => (growth(before, now, 'process_manager_instance_restarts_total') * 1_000) / (now.at - before.at),
  },
  pool_in_use: {
    name: 'db_pool_connections_in_use, sum',
    unit: '',
    step: 3,
    read: (_, now) => sum(now, 'db_pool_connections_in_use'),
  },
  database_lost: {
    name: 'instances whose db_up is 0',
    unit: '',
    step: 0.5,
    read: (_, now) => now.instances - sum(now, 'db_up'),
  },
  not_running: {
    name: 'instances that do not run',
    unit: '',
    step: 0.5,
    read: (_, now) => sum(now, 'process_manager_desired_replicas') - sum(now, 'process_manager_instances', { state: 'running' }),
  },
}

const DATABASE_ERRORS = /^database_errors_(\w{5})$/

/** The figure of this name; `database_errors_55P03` is that of one SQLSTATE. @throws Error for a name that no figure has */
export function indicatorNamed(name: string): Indicator {
  const code = DATABASE_ERRORS.exec(name)?.[1]
  const found = code === undefined ? INDICATORS[name] : databaseErrors(code)
  if (!found) throw new Error(`No indicator is named ${name}: add it to trials/fault/indicators.ts`)
  return found
}

/** The errors of one code, a second. */
function databaseErrors(code: string): Indicator {
  const read: Indicator['read'] = (before, now) => (growth(before, now, 'db_errors_total', { code }) * 1_000) / (now.at - before.at)
  return { name: `db_errors_total{code="${code}"}, a second`, unit: '', step: 0.2, read }
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6
}
