import { expect, test } from 'vitest'
import { decideFailover, type FailedExchange } from './failover.ts'

const base: FailedExchange = {
  method: 'GET',
  reason: 'connection_lost',
  sent: true,
  replayable: true,
  answerBegun: false,
  answered: false,
  backendLeft: true,
}

test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('a lost %s goes to another backend', (method) => {
  expect(decideFailover({ ...base, method })).toEqual({ kind: 'retry', reason: 'connection_lost' })
})

test.each(['POST', 'PATCH', 'PROPFIND', 'LOCK'])('a lost %s is never sent again', (method) => {
  expect(decideFailover({ ...base, method })).toEqual({ kind: 'answer', status: 502, reason: 'connection_lost' })
})

test.each(['GET', 'POST', 'PATCH', 'PUT', 'PROPFIND'])('a %s that was not sent goes to another backend', (method) => {
  const unsent = { ...base, method, sent: false }
  expect(decideFailover({ ...unsent, reason: 'connect_failed' })).toEqual({ kind: 'retry', reason: 'connect_failed' })
  expect(decideFailover({ ...unsent, reason: 'connect_timeout' })).toEqual({ kind: 'retry', reason: 'connect_timeout' })
})

test('with the setting that resends always, a POST that may have been carried out goes to another backend, one whose body is gone does not', () => {
  const slow = { ...base, method: 'POST', reason: 'read_timeout' } as const
  expect(decideFailover(slow, true)).toEqual({ kind: 'retry', reason: 'read_timeout' })
  expect(decideFailover({ ...slow, replayable: false }, true)).toEqual({ kind: 'answer', status: 504, reason: 'read_timeout' })
  expect(decideFailover({ ...slow, answered: true }, true)).toEqual({ kind: 'cut', reason: 'read_timeout' })
})

test.each<[string, Partial<FailedExchange>, object]>([
  ['a PUT whose body is gone', { method: 'PUT', replayable: false }, { kind: 'answer', status: 502, reason: 'connection_lost' }],
  ['a GET of whose answer a byte has come', { answerBegun: true }, { kind: 'answer', status: 502, reason: 'connection_lost' }],
  ['a slow GET', { reason: 'read_timeout' }, { kind: 'answer', status: 504, reason: 'read_timeout' }],
  ['an unreadable answer', { reason: 'bad_answer', answerBegun: true }, { kind: 'answer', status: 502, reason: 'bad_answer' }],
  ['a lost GET without another backend', { backendLeft: false }, { kind: 'answer', status: 502, reason: 'connection_lost' }],
  [
    'the last backend refused',
    { reason: 'connect_failed', sent: false, backendLeft: false },
    { kind: 'answer', status: 503, reason: 'connect_failed' },
  ],
  [
    'the last backend took too long to connect',
    { reason: 'connect_timeout', sent: false, backendLeft: false },
    { kind: 'answer', status: 504, reason: 'connect_timeout' },
  ],
  ['an answer that breaks off', { reason: 'cut_short', answered: true, answerBegun: true }, { kind: 'cut', reason: 'cut_short' }],
])('%s is not tried again', (_, change, decision) => {
  expect(decideFailover({ ...base, ...change })).toEqual(decision)
})
