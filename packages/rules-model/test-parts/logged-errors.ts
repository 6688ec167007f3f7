import { INSTANCE_NAMES } from './scene.ts'
import { course, present, type SeriesOf } from './simulated-metrics.ts'
import { logEntry } from './simulated-world.ts'

/** The routes whose errors are logged unless a test says others. */
export const ROUTES = ['/items', '/items/:id']
/** The alert that a burst of errors raises. */
export const BURST = [
  { alertname: 'InventoryErrorBurst', severity: 'critical', summary: 'inventory answers 90% of all requests with an error' },
]

/** The same course on each instance; `value` is given the seconds until now. */
export function onEach(range: number, value: (ago: number) => number): SeriesOf[] {
  return INSTANCE_NAMES.map((instance) => course({ instance }, range, value))
}

/** The counter of database errors with one code. */
export function codes(code: string): SeriesOf[] {
  return [present({ code }, 6.2)]
}

/** Thirty entries of the last 50 s, over all instances and routes given. */
export function errorsOf(
  message: string,
  code: string | undefined,
  { method = 'GET', routes = ROUTES, instances = INSTANCE_NAMES, status = 503 } = {},
) {
  return Array.from({ length: 30 }, (_, index) =>
    logEntry(50 - index * 1.6, {
      message,
      error: 'Error',
      ...(code !== undefined && { code }),
      method,
      status,
      route: routes[index % routes.length] ?? '',
      instance: instances[index % instances.length] ?? '',
    }),
  )
}
