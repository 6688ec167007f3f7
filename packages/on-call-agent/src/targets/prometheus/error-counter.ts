import type { Series } from './client.ts'

/** Where the requests and errors of a service are counted. */
export type ErrorCounter =
  | {
      kind: 'found'
      /** Selectors of their series. */
      requests: string
      errors: string
      /** What tells the routes apart. */
      routeLabel: string
      /** What tells the answers apart; undefined when nothing does. */
      statusLabel: string | undefined
    }
  | { kind: 'no_requests' }
  | { kind: 'errors_not_counted' }

/** What counts requests, by the conventions that are in use; the first that is there is taken. */
const REQUEST_COUNTERS = [
  'http_requests_total',
  'http_request_duration_seconds_count',
  'http_server_requests_seconds_count',
  'http_server_request_duration_seconds_count',
  'http_server_requests_total',
  'flask_http_request_total',
]
const STATUS_LABELS = ['status', 'code', 'status_code', 'http_response_status_code']
const ROUTE_LABELS = ['route', 'handler', 'path', 'endpoint', 'uri', 'http_route']

/** The query that shows which of them a service has; also those that ended within the last minutes, as their rates go on for the length of a window. */
export function counterQuery(matcher: string): string {
  const names = [...REQUEST_COUNTERS, 'http_errors_total'].join('|')
  const labels = ['__name__', ...STATUS_LABELS, ...ROUTE_LABELS].join(', ')
  return `count by (${labels}) (last_over_time({__name__=~"${names}",${matcher}}[2m]))`
}

/** Decides by the counters that a service has: one of its own for errors, else its requests by status (`500` or `5xx`). */
export function decideErrorCounter(counters: Series[], matcher: string): ErrorCounter {
  const named = (name: string) => counters.filter(({ labels }) => labels.__name__ === name)
  const withStatus = (name: string) =>
    STATUS_LABELS.find((each) => named(name).some(({ labels }) => /^\d(\d\d|xx)$/i.test(labels[each] ?? '')))
  const present = REQUEST_COUNTERS.filter((name) => named(name).length > 0)
  const own = named('http_errors_total').length > 0
  const name = present.find((each) => own || withStatus(each) !== undefined)
  if (name === undefined) return { kind: present.length === 0 ? 'no_requests' : 'errors_not_counted' }
  const statusLabel = withStatus(name)
  const requests = `${name}{${matcher}}`
  const errors = own ? `http_errors_total{${matcher}}` : `${name}{${matcher},${statusLabel}=~"5.."}`
  const routeLabel = ROUTE_LABELS.find((each) => named(name).some(({ labels }) => (labels[each] ?? '') !== '')) ?? 'route'
  return { kind: 'found', requests, errors, routeLabel, statusLabel }
}
