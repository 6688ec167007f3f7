import { expect, test } from 'vitest'
import { isAboutOwnRequests } from './rule-subject.ts'

const OWN = [
  'sum(rate(http_requests_total{job="checkout",status=~"5.."}[1m])) / sum(rate(http_requests_total{job="checkout"}[1m])) > 0.05',
  'sum(rate(http_errors_total[1m])) / sum(rate(http_requests_total{pod="x"}[1m])) > 0.2',
  'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job=~"checkout|carts"}[1m]))) > 0.5',
  'job:http_errors:ratio1m{job="checkout"} > 0.1',
  'rate(http_requests_total{code!~"[234].."}[1m]) > 3',
]
const OTHERS = [
  'sum(rate(http_requests_total{job="checkout",status=~"4.."}[1m])) / sum(rate(http_requests_total{job="checkout"}[1m])) > 0.1',
  'sum(rate(http_requests_total{status="429"}[1m])) > 1',
  'sum(rate(load_balancer_requests_total{status="502"}[1m])) / sum(rate(load_balancer_requests_total[1m])) > 0.01',
  'sum(rate(nginx_http_requests_total{status="502"}[1m])) > 1',
  'rate(http_requests_total{job="carts",status=~"5.."}[1m]) > 1',
  'probe_success{job="checkout"} == 0',
  'vector(1)',
]

test.each(OWN)('%s is about the requests of checkout', (expression) => expect(isAboutOwnRequests(expression, 'checkout')).toBe(true))
test.each(OTHERS)('%s is about something else', (expression) => expect(isAboutOwnRequests(expression, 'checkout')).toBe(false))
