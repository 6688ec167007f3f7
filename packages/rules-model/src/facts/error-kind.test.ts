import { expect, test } from 'vitest'
import { type ErrorKind, kindOfError } from './error-kind.ts'

// The words are those of the programs themselves.
test.each<[ErrorKind, string, (string | undefined)?, string?]>([
  ['connection', 'fetch failed: other side closed', 'UND_ERR_SOCKET', 'TypeError'],
  ['connection', 'fetch failed', undefined, 'TypeError'],
  ['connection', 'Client network socket disconnected before secure TLS connection was established', 'ECONNRESET'],
  ['timeout', 'Headers Timeout Error', 'UND_ERR_HEADERS_TIMEOUT', 'HeadersTimeoutError'],
  ['permission', 'Proxy response (407) !== 200 when HTTP Tunneling', 'UND_ERR_ABORTED', 'TypeError'],
  ['permission', 'Request failed with status code 403', 'ERR_BAD_REQUEST', 'AxiosError'],
  ['permission', 'The security token included in the request is expired', undefined, 'ExpiredTokenException'],
  ['permission', 'NOAUTH Authentication required.', undefined, 'ReplyError'],
  ['upstream', 'Request failed with status code 503', 'ERR_BAD_RESPONSE', 'AxiosError'],
  ['upstream', 'Request failed with status code 429', 'ERR_BAD_REQUEST', 'AxiosError'],
  ['upstream', 'There is no leader for this topic-partition as we are in the middle of a leadership election'],
  ['upstream', 'CLUSTERDOWN The cluster is down', undefined, 'ReplyError'],
  ['upstream', 'Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.'],
  ['quota', "OOM command not allowed when used memory > 'maxmemory'.", undefined, 'ReplyError'],
  ['quota', 'ERR max number of clients reached', undefined, 'ReplyError'],
  ['quota', 'The level of configured provisioned throughput for the table was exceeded.', undefined, 'ThroughputError'],
  [
    'disk',
    'index [products] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];',
  ],
  ['pool_timeout', 'Timed out fetching a new connection from the connection pool.', 'P2024', 'PrismaClientKnownRequestError'],
  ['pool_timeout', 'Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?'],
  ['schema', 'cached plan must not change result type', '0A000', 'error'],
  ['schema', 'no partition of relation "orders" found for row', '23514'],
  ['data', 'index row size 3312 exceeds btree version 4 maximum 2704 for index "orders_note_idx"', '54000'],
  ['programming', 'syntax error at or near "FORM"', '42601', 'error'],
  ['memory', 'Worker terminated due to reaching memory limit: JS heap out of memory', 'ERR_WORKER_OUT_OF_MEMORY'],
  ['certificate', 'write EPROTO 0A00010B:SSL routines:ssl3_get_record:wrong version number', 'EPROTO'],
  ['name', 'queryA ESERVFAIL rates.internal', 'ESERVFAIL'],
  ['connection', 'Lost connection to MySQL server during query', '2013', 'OperationalError'],
  ['connection', 'upstream prematurely closed connection while reading response header from upstream'],
  ['upstream', 'no live upstreams while connecting to upstream'],
  ['upstream', 'rpc error: code = Unavailable desc = error reading from server: EOF'],
  ['permission', 'rpc error: code = Unauthenticated desc = missing bearer token'],
  ['data', 'E11000 duplicate key error collection: shop.orders index: reference_1', '11000', 'MongoServerError'],
  ['read_only', 'not primary', '10107', 'MongoServerError'],
  ['refused', 'HTTPConnectionPool(host=rates, port=80): Failed to establish a new connection: [Errno 111] Connection refused'],
  ['other', 'canceling statement due to conflict with recovery', '40001'],
  // A number of ours is no status of another.
  ['other', 'could not show item 429 to customer 403'],
  // What customers bring is theirs.
  ['other', 'jwt expired', undefined, 'TokenExpiredError'],
  ['programming', "Cannot read properties of undefined (reading 'status')", undefined, 'TypeError'],
])('%s: %s', (kind, message, code, error) => {
  expect(kindOfError({ message, ...(code && { code }), ...(error && { error }) })).toBe(kind)
})
