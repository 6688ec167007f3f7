import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../test-parts/temporary-directory.ts'
import { createErrorLog } from './error-log.ts'
import { SharedLog } from './shared-log.ts'

const request = { method: 'GET', route: '/items/:id', status: 500 }

class DatabaseError extends Error {
  override readonly name = 'error'
  readonly code = '57014'
}

it.each([
  [new TypeError('x is null'), { error: 'TypeError', message: 'x is null' }],
  [new DatabaseError('canceling statement'), { error: 'DatabaseError', message: 'canceling statement', code: '57014' }],
  [new Error('timeout exceeded when trying to connect'), { error: 'Error', code: 'pool_timeout' }],
  [
    Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')]), {
      code: 'ECONNREFUSED',
    }),
    { error: 'AggregateError', message: 'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1', code: 'ECONNREFUSED' },
  ],
])('writes the class, the words and the code of %s', (error, expected) => {
  const path = join(temporaryDirectory(), 'shared.log')
  using log = new SharedLog(path)
  createErrorLog({ log, instance: () => '127.0.0.1:8001' }).record(error, request)
  const entry = JSON.parse(readFileSync(path, 'utf8'))
  expect(entry).toMatchObject({ ...request, ...expected, instance: '127.0.0.1:8001', level: 'error', pid: process.pid })
  expect(entry.stack).toContain('packages/inventory/src/logs/error-log.test.ts')
  expect('code' in entry).toBe('code' in expected)
})
