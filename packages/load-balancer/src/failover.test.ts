import { expect, test } from 'vitest'
import { decideFailover, type FailedExchange } from './failover.ts'

const base: FailedExchange = { method: 'GET', code: 'UND_ERR_SOCKET', sent: true, hasBody: false, answered: false, backendLeft: true }

test.each<[string, Partial<FailedExchange>, object]>([
  [
    'a refused connection sends any method on',
    { method: 'POST', code: 'ECONNREFUSED', sent: false, hasBody: true },
    { kind: 'retry', reason: 'connect_failed' },
  ],
  [
    'a connection that takes too long sends on too',
    { method: 'PUT', code: 'UND_ERR_CONNECT_TIMEOUT', sent: false },
    { kind: 'retry', reason: 'connect_timeout' },
  ],
  ['a lost GET is repeated', {}, { kind: 'retry', reason: 'connection_lost' }],
  ['a lost GET with a body is not', { hasBody: true }, { kind: 'answer', status: 502, reason: 'connection_lost' }],
  ['a lost PUT is not', { method: 'PUT' }, { kind: 'answer', status: 502, reason: 'connection_lost' }],
  ['a lost DELETE is not', { method: 'DELETE', code: 'ECONNRESET' }, { kind: 'answer', status: 502, reason: 'connection_lost' }],
  ['a slow GET is not asked twice', { code: 'UND_ERR_HEADERS_TIMEOUT' }, { kind: 'answer', status: 504, reason: 'read_timeout' }],
  ['an unreadable answer is not asked for twice', { code: 'HPE_INVALID_CONSTANT' }, { kind: 'answer', status: 502, reason: 'bad_answer' }],
  [
    'the last backend refused',
    { code: 'ECONNREFUSED', sent: false, backendLeft: false },
    { kind: 'answer', status: 502, reason: 'connect_failed' },
  ],
  [
    'the last backend took too long to connect',
    { code: 'UND_ERR_CONNECT_TIMEOUT', sent: false, backendLeft: false },
    { kind: 'answer', status: 504, reason: 'connect_timeout' },
  ],
  ['an answer that breaks off is cut', { answered: true }, { kind: 'cut', reason: 'cut_short' }],
])('%s', (_, change, decision) => {
  expect(decideFailover({ ...base, ...change })).toEqual(decision)
})
