import { expect, test } from 'vitest'
import { decideProxy } from './proxy-table.ts'

const table = {
  agent: 'http://127.0.0.1:8088',
  fleet: 'http://127.0.0.1:7070',
  prometheus: 'http://127.0.0.1:9090',
  alertmanager: 'http://127.0.0.1:9093',
  phone: 'http://127.0.0.1:8089',
  mail: 'http://127.0.0.1:8089',
}

test.each([
  ['/agent/api/incidents?limit=5&q=a?b', 'http://127.0.0.1:8088/api/incidents?limit=5&q=a?b'],
  ['/agent', 'http://127.0.0.1:8088/'],
  ['/fleet/fault', 'http://127.0.0.1:7070/fault'],
  ['/prometheus/api/v1/query?query=up%2F1', 'http://127.0.0.1:9090/api/v1/query?query=up%2F1'],
  ['/alertmanager/api/v2/alerts', 'http://127.0.0.1:9093/api/v2/alerts'],
  ['/phone/messages', 'http://127.0.0.1:8089/phone/messages'],
  ['/mail/messages', 'http://127.0.0.1:8089/mail/messages'],
])('%s goes to %s', (url, to) => {
  expect(decideProxy(url, table)).toMatchObject({ kind: 'forward', to })
})

test.each([
  '/',
  '/healthz',
  '/agents/api',
  '/agentapi',
  '/stand-ins/jira',
  '/inventory/faults',
  'http://127.0.0.1:8001/faults',
  '//127.0.0.1:8001/faults',
  '/%61gent/api',
  '/mailbox',
  '/mail-page',
])('%s belongs to no part', (url) => {
  expect(decideProxy(url, table)).toEqual({ kind: 'refuse', reason: 'unknown_part' })
})

test.each([
  '/agent/../fleet/fault',
  '/agent/./api',
  '/agent/..',
  '/phone/../jira/rest/api/3/issue',
  '/phone/%2e%2e/jira',
  '/phone/..%2fjira',
  '/phone/..\\jira',
  '/phone//jira',
  '/agent/%2F/x',
  '/agent/%252e%252e/x',
  '/agent/a\u0000b',
  '/agent/caf\u00e9',
])('%j is refused, because two readers could understand it differently', (url) => {
  expect(decideProxy(url, table)).toEqual({ kind: 'refuse', reason: 'ambiguous_path' })
})

test.each(['/agent/api/incidents?q=%', '/prometheus/api/v1/query?query=%zz', '/agent/api/incidents/%zz', '/fleet/%c0%ae'])(
  '%s, which nobody can decode, goes nowhere',
  (url) => {
    expect(decideProxy(url, table)).toEqual({ kind: 'refuse', reason: 'bad_encoding' })
  },
)
