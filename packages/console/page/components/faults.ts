import type { FleetFaultMode } from '@oncall-lab/process-manager/api'

/** What a person can break, in words; `settings` are the numbers that the mode takes. */
export interface BreakChoice {
  mode: Exclude<FleetFaultMode, 'none'>
  what: string
  where: 'instances' | 'database'
  setting?: {
    field: 'p_error' | 'latency_ms' | 'cpu_ms' | 'memory_mb'
    label: string
    value: number
    min: number
    max: number
    step: number
  }
}

export const BREAK_CHOICES: BreakChoice[] = [
  {
    mode: 'errors',
    what: 'Storage calls fail: the connection to the database breaks',
    where: 'instances',
    setting: { field: 'p_error', label: 'Share of the calls (0 to 1)', value: 0.8, min: 0, max: 1, step: 0.05 },
  },
  {
    mode: 'latency',
    what: 'Storage calls are slow and hold their connection meanwhile',
    where: 'instances',
    setting: { field: 'latency_ms', label: 'Milliseconds more a call', value: 1_500, min: 0, max: 5_000, step: 50 },
  },
  {
    mode: 'cpu',
    what: 'Each request burns more CPU time',
    where: 'instances',
    setting: { field: 'cpu_ms', label: 'Milliseconds of CPU a request', value: 200, min: 0, max: 1_000, step: 10 },
  },
  {
    mode: 'oom_safe',
    what: 'Working memory fills up until requests find none',
    where: 'instances',
    setting: { field: 'memory_mb', label: 'At most, in MB', value: 256, min: 1, max: 512, step: 1 },
  },
  { mode: 'memory_leak', what: 'Each request keeps some memory', where: 'instances' },
  { mode: 'pool_leak', what: 'Queries that match nothing leak their connection', where: 'instances' },
  { mode: 'crash', what: 'The process is killed shortly after every start', where: 'instances' },
  { mode: 'lock', what: 'A session locks every item row and goes idle', where: 'database' },
  { mode: 'row_lock', what: 'A session holds a few rows, and a long report waits for it', where: 'database' },
  { mode: 'waiting_migration', what: 'A migration waits for its lock, and everybody behind it', where: 'database' },
  { mode: 'bad_row', what: 'An import left an item that ends each process that shows it', where: 'database' },
  { mode: 'slow_query', what: 'An index is gone', where: 'database' },
  { mode: 'max_connections', what: 'An outside client takes the connection slots', where: 'database' },
  { mode: 'db_down', what: 'The database server is stopped', where: 'database' },
]
