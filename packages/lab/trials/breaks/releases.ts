import type { Break } from './breaks.ts'

const WITHIN = '[15s]'
const failing = `sum(rate(http_errors_total{job="inventory"}${WITHIN})) / sum(rate(http_requests_total{job="inventory"}${WITHIN}))`
const pageOn = (on: number) =>
  `sum(rate(http_request_duration_seconds_sum{instance="$${on}",route="/items"}[30s])) / sum(rate(http_request_duration_seconds_count{instance="$${on}",route="/items"}[30s]))`
const percent = (part: number) => `${Math.round(100 * part)} %`
const ms = (seconds: number) => `${Math.round(1_000 * seconds)} ms`

/** What comes with a release or with a setting of the shop's own code. */
export const RELEASES: readonly Break[] = [
  {
    drill: '7',
    name: 'BADGES on',
    steps: [{ set: ['inventory', 'BADGES', 'on'] }],
    figures: { failing },
    shows: ({ failing: part }) => part > 0.02,
    says: ({ failing: part }) => `${percent(part)} of the requests fail`,
    within: 90,
  },
  {
    drill: '10',
    name: 'r5',
    steps: [{ deploy: 'r5' }],
    figures: { lag: 'max(nodejs_eventloop_lag_p99_seconds{job="inventory"})' },
    shows: ({ lag }) => lag > 0.15,
    says: ({ lag }) => `the event loop is late by ${ms(lag)} (p99)`,
    within: 90,
  },
  {
    drill: '11',
    name: 'r6',
    steps: [{ deploy: 'r6' }],
    figures: { failing },
    shows: ({ failing: part }) => part > 0.02,
    says: ({ failing: part }) => `${percent(part)} of the requests fail`,
    within: 90,
  },
  {
    drill: '12',
    name: 'r7 on one, a database 15 ms away',
    steps: [
      { fault: 'link', fields: { delay_ms: 15 } },
      { deploy: 'r7', on: 1 },
    ],
    figures: { there: pageOn(1), elsewhere: pageOn(0) },
    shows: ({ there, elsewhere }) => elsewhere > 0 && there > 3 * elsewhere && there > 0.1,
    says: ({ there, elsewhere }) => `${ms(there)} a page of items there, ${ms(elsewhere)} elsewhere`,
    within: 90,
  },
  {
    drill: '13',
    name: 'r8',
    steps: [{ deploy: 'r8' }],
    figures: { memory: 'max(delta(process_resident_memory_bytes{job="inventory"}[30s])) / 1e6' },
    shows: ({ memory }) => memory > 10,
    says: ({ memory }) => `resident memory grew by ${Math.round(memory)} MB in 30 s`,
    within: 120,
  },
  {
    drill: '17',
    name: 'r9',
    steps: [{ deploy: 'r9' }],
    figures: { used: 'max(db_pool_connections_in_use{job="inventory"} / db_pool_connections_max{job="inventory"})' },
    shows: ({ used }) => used >= 0.99,
    says: () => 'a pool has no free connection',
    within: 120,
  },
]
