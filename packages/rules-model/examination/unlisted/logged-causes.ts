import type { CauseId } from '@oncall-lab/on-call-agent/api'

/** A cause that shows as errors of one kind in the log. */
export interface LoggedCause {
  id: string
  message: string
  error?: string
  code?: string
  stack?: string
  status?: number
  /** Of the routes, so many; all without it. */
  routes?: number
  method?: string
  /** Any of these is right; the most exact word for it first. */
  causes: CauseId[]
}

/** Causes that no family was built for, as a service of any language logs them. The wording is that of the programs named, not of this lab. */
export const LOGGED_CAUSES: readonly LoggedCause[] = [
  {
    id: 'a signing key was rotated',
    error: 'JWTError',
    message: 'invalid signature: no key with kid 7f3a in the key set',
    causes: ['unknown', 'bad_configuration'],
  },
  {
    id: 'a clock runs behind',
    error: 'TokenError',
    message: 'token is not valid yet: nbf is 94 s in the future',
    causes: ['unknown', 'bad_configuration'],
  },
  {
    id: 'a partner limits the rate',
    error: 'HTTPError',
    message: '429 Too Many Requests for url https://api.partner.example/v1/rates',
    routes: 1,
    causes: ['dependency_down', 'unknown', 'dependency_slow'],
  },
  {
    id: 'a partner wants a new API key',
    error: 'StripeAuthenticationError',
    message: 'Invalid API Key provided: sk_live_****************9a2b',
    routes: 1,
    status: 500,
    causes: ['bad_configuration', 'unknown', 'dependency_down', 'permission_denied'],
  },
  {
    id: 'the cache cannot persist',
    error: 'ReplyError',
    message: "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk",
    causes: ['dependency_down', 'disk_full', 'unknown'],
  },
  {
    id: 'the cache failed over',
    error: 'ReplyError',
    message: "READONLY You can't write against a read only replica.",
    causes: ['dependency_down', 'bad_configuration', 'unknown'],
  },
  {
    id: 'transactions that cannot be serialised',
    error: 'DatabaseError',
    code: '40001',
    message: 'could not serialize access due to concurrent update',
    routes: 1,
    method: 'POST',
    causes: ['lock_contention', 'deadlock', 'unknown'],
  },
  {
    id: 'the database is a standby',
    error: 'DatabaseError',
    code: '25006',
    message: 'cannot execute INSERT in a read-only transaction',
    routes: 1,
    method: 'POST',
    causes: ['unknown', 'bad_configuration', 'permission_denied', 'database_down'],
  },
  {
    id: 'a sequence has come to its end',
    error: 'DatabaseError',
    code: '2200H',
    message: 'nextval: reached maximum value of sequence "orders_id_seq" (2147483647)',
    routes: 1,
    method: 'POST',
    causes: ['bad_data', 'resource_exhausted', 'schema_mismatch'],
  },
  {
    id: 'a number too large for its column',
    error: 'DatabaseError',
    code: '22003',
    message: 'integer out of range',
    routes: 1,
    method: 'POST',
    causes: ['bad_data', 'schema_mismatch'],
  },
  {
    id: 'a restored sequence is behind',
    error: 'IntegrityError',
    code: '23505',
    message: 'duplicate key value violates unique constraint "orders_pkey"',
    routes: 1,
    method: 'POST',
    causes: ['bad_data'],
  },
  {
    id: 'shared memory of the database is full',
    error: 'DatabaseError',
    code: '53100',
    message: 'could not resize shared memory segment "/PostgreSQL.17" to 8388608 bytes: No space left on device',
    causes: ['disk_full', 'resource_exhausted'],
  },
  {
    id: 'too many file watchers',
    error: 'Error',
    code: 'ENOSPC',
    message: 'ENOSPC: System limit for number of file watchers reached',
    causes: ['resource_exhausted'],
  },
  {
    id: 'a broker without a leader',
    error: 'KafkaJSProtocolError',
    message: 'There is no leader for this topic-partition as we are in the middle of a leadership election',
    routes: 1,
    causes: ['dependency_down', 'unknown'],
  },
  {
    id: 'a name server that fails',
    error: 'Error',
    code: 'EAI_AGAIN',
    message: 'getaddrinfo EAI_AGAIN rates.internal.example',
    routes: 1,
    causes: ['dependency_down', 'network_partial', 'unknown'],
  },
  {
    id: 'an upstream answers with a web page',
    error: 'SyntaxError',
    message: 'Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON',
    routes: 1,
    causes: ['dependency_down', 'bad_data'],
  },
  {
    id: 'a licence has ended',
    error: 'LicenseError',
    message: 'this feature needs a valid license; the installed one expired on 2026-11-19',
    causes: ['unknown', 'bad_configuration'],
  },
  {
    id: 'a thread pool rejects work',
    error: 'java.util.concurrent.RejectedExecutionException',
    message: 'Task rejected from ThreadPoolExecutor[Running, pool size = 50, active threads = 50, queued tasks = 200]',
    causes: ['resource_exhausted', 'unknown', 'cpu_saturation', 'traffic_surge', 'dependency_slow'],
  },
  {
    id: 'a call to another service runs out of time',
    error: 'rpc error',
    message: 'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    routes: 1,
    causes: ['dependency_slow', 'network_partial', 'dependency_down'],
  },
  {
    id: 'a message larger than its limit',
    error: 'rpc error',
    message: 'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (5242991 vs. 4194304)',
    routes: 1,
    causes: ['bad_data', 'bad_configuration', 'unknown'],
  },
  {
    id: 'plain text where TLS is spoken',
    error: 'Error',
    message: 'tls: first record does not look like a TLS handshake',
    routes: 1,
    causes: ['bad_configuration'],
  },
  {
    id: 'an object that is not in its store',
    error: 'NoSuchKey',
    message: 'The specified key does not exist: s3://media/banners/winter.json',
    routes: 1,
    causes: ['bad_data', 'unknown', 'dependency_down', 'bad_configuration'],
  },
  {
    id: 'a bucket that may not be written',
    error: 'AccessDenied',
    message: 'User arn:aws:iam::1234:role/shop is not authorized to perform: s3:PutObject',
    routes: 1,
    method: 'POST',
    causes: ['permission_denied'],
  },
  {
    id: 'a time zone that is not installed',
    error: 'ZoneInfoNotFoundError',
    message: "'No time zone found with key Europe/Kyiv'",
    routes: 1,
    causes: ['unknown', 'bad_configuration', 'bad_data', 'application_exception'],
  },
  {
    id: 'endless recursion',
    error: 'RangeError',
    message: 'Maximum call stack size exceeded',
    stack: 'RangeError: Maximum call stack size exceeded\n    at flatten (lib/tree.js:14:3)\n    at flatten (lib/tree.js:17:12)',
    routes: 1,
    causes: ['application_exception'],
  },
  {
    id: 'a worker without its context',
    error: 'RuntimeError',
    message: 'Working outside of application context.',
    stack:
      'Traceback (most recent call last):\n  File "app/tasks.py", line 31, in send\nRuntimeError: Working outside of application context.',
    routes: 1,
    causes: ['application_exception'],
  },
  {
    id: 'a query on a sleeping warehouse',
    error: 'OperationalError',
    message: '000606 (57P03): No active warehouse selected in the current session',
    routes: 1,
    causes: ['bad_configuration', 'dependency_down', 'unknown', 'database_down'],
  },
  {
    id: 'a mail server that greylists',
    error: 'SMTPResponseException',
    message: '451 4.7.1 Greylisting in action, please come back later',
    routes: 1,
    causes: ['dependency_down', 'unknown', 'dependency_slow'],
  },
]
