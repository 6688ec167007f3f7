import { describe, expect, test } from 'vitest'
import { kindOfError } from './error-kind.ts'
import { sharedFrame, signaturesOf } from './signatures.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const entry = (ago: number, message: string, place?: string, route = '/a') => ({
  ts: new Date(NOW - ago * 1000).toJSON(),
  level: 'error',
  instance: 'i',
  pid: 1,
  message,
  route,
  error: 'Error',
  ...(place !== undefined && { stack: `Error: ${message}\n    at f (${place}:3)` }),
})

test('entries whose repeated stack was left out belong to the one that has it', () => {
  const [only, ...others] = signaturesOf([entry(3, 'boom'), entry(2, 'boom'), entry(1, 'boom', 'src/a.ts:7')])
  expect(others).toEqual([])
  expect(only).toMatchObject({ share: 1, frame: { file: 'src/a.ts', line: 7 } })
})

test('a left-out stack is that of the same method on the same route', () => {
  const get = { ...entry(2, 'closed', 'src/get.ts:1'), method: 'GET' }
  const put = { ...entry(1, 'closed', 'src/put.ts:2'), method: 'PUT' }
  const signatures = signaturesOf([{ ...entry(4, 'closed'), method: 'GET' }, { ...entry(3, 'closed'), method: 'PUT' }, get, put])
  expect(signatures.map(({ frame, entries }) => [frame?.file, entries.length])).toEqual([
    ['src/get.ts', 2],
    ['src/put.ts', 2],
  ])
})

test('messages that differ in numbers and quoted names are one signature', () => {
  expect(signaturesOf([entry(2, 'no item 17 in "a"'), entry(1, 'no item 4711 in "b"')])).toHaveLength(1)
})

test('old errors, however many, do not outweigh those of the newest minute', () => {
  const old = Array.from({ length: 40 }, (_, index) => entry(110 - index / 2, 'old', 'src/old.ts:1'))
  const [first, second] = signaturesOf([...old, entry(5, 'new', 'src/new.ts:1'), entry(1, 'new', 'src/new.ts:1')])
  expect([first?.message, first?.share, second?.share]).toEqual(['new', 1, 0])
})

test('what came as often before requests failed is not what they fail on, nor what came with a good answer', () => {
  const steady = Array.from({ length: 12 }, (_, index) => entry(115 - index * 10, 'no metrics server'))
  const fresh = [entry(30, 'boom'), entry(9, 'boom')]
  const well = Array.from({ length: 9 }, (_, index) => ({ ...entry(9 - index, 'deprecated'), status: 200 }))
  const ends = Date.parse(fresh[1]?.ts ?? '') + 9_000
  const signatures = signaturesOf([...steady, ...fresh, ...well], { before: { from: ends - 120_000, until: ends - 40_000 } })
  expect(signatures.map(({ message, share }) => [message, share])).toEqual([
    ['boom', 1],
    ['no metrics server', 0],
    ['deprecated', 0],
  ])
})

test('no entries are no signatures', () => {
  expect(signaturesOf([])).toEqual([])
})

test('without a shared place the most frequent signature’s stands', () => {
  expect(sharedFrame(signaturesOf([entry(3, 'x', 'src/a.ts:1'), entry(2, 'x', 'src/a.ts:1'), entry(1, 'y', 'src/b.ts:2')]))).toMatchObject({
    file: 'src/a.ts',
  })
})

describe('an error is sorted', () => {
  test.each([
    ['connection', 'database is not open'],
    ['connection', 'Connection terminated unexpectedly'],
    ['connection', 'Client has encountered a connection error and is not queryable'],
    ['connection', 'statement has been finalized'],
    ['refused', 'connect ECONNREFUSED 127.0.0.1:5432'],
    ['refused', 'terminating connection due to administrator command'],
    ['refused', 'the database system is starting up'],
    ['no_slots', 'sorry, too many clients already'],
    ['no_slots', 'remaining connection slots are reserved for roles with the SUPERUSER attribute'],
    ['pool_timeout', 'timeout exceeded when trying to connect'],
    ['lock_timeout', 'canceling statement due to lock timeout'],
    ['statement_timeout', 'canceling statement due to statement timeout'],
    ['storage', 'database is locked'],
    ['memory', 'Array buffer allocation failed'],
    ['memory', 'java.lang.OutOfMemoryError: Java heap space'],
    ['login', 'pq: password authentication failed for user "app"'],
    ['schema', 'psycopg2.errors.UndefinedTable: relation "orders" does not exist'],
    ['permission', 'permission denied for table items'],
    ['refused', 'dial tcp 10.0.0.7:8080: connect: connection refused'],
    ['timeout', 'context deadline exceeded'],
    ['name', 'dial tcp: lookup payments.internal: no such host'],
    ['certificate', 'x509: certificate has expired or is not yet valid'],
    ['upstream', 'payments answered with status 503'],
    ['resource', 'accept: too many open files'],
    ['disk', 'write /var/lib/app/a.tmp: no space left on device'],
    ['pool_timeout', 'HikariPool-1 - Connection is not available, request timed out after 30000ms.'],
    ['pool_timeout', 'QueuePool limit of size 5 overflow 10 reached, connection timed out'],
    ['programming', "AttributeError: 'NoneType' object has no attribute 'price'"],
    ['programming', 'runtime error: invalid memory address or nil pointer dereference'],
    ['programming', 'java.lang.NullPointerException: Cannot invoke "Item.price()"'],
    ['configuration', 'missing required environment variable PAYMENTS_URL'],
    ['data', 'Unexpected token < in JSON at position 0'],
    ['programming', "Cannot read properties of null (reading 'connection closed')"],
    ['other', 'no price for item 42'],
  ] as const)('by its words as %s: %s', (kind, message) => {
    expect(kindOfError({ error: 'Error', message })).toBe(kind)
  })

  test.each([
    ['lock_timeout', '55P03'],
    ['statement_timeout', '57014'],
    ['no_slots', '53300'],
    ['refused', '57P03'],
    ['data', '23505'],
    ['login', '28P01'],
    ['schema', '42P01'],
    ['permission', '42501'],
    ['deadlock', '40P01'],
    ['disk', 'ENOSPC'],
    ['resource', 'EMFILE'],
    ['name', 'ENOTFOUND'],
    ['certificate', 'CERT_HAS_EXPIRED'],
  ] as const)('as %s by its code %s, in whatever language the words are', (kind, code) => {
    expect(kindOfError({ error: 'DatabaseError', message: 'Anweisung wird abgebrochen', code })).toBe(kind)
  })

  test('as a programming error when it is a TypeError', () => {
    expect(kindOfError({ error: 'TypeError', message: 'x' })).toBe('programming')
  })
})
