import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { expect, test } from 'vitest'
import { DATABASE_FAULTS, startFailingDatabase } from '../../../test-parts/database-faults.ts'
import { deadAddress } from '../../../test-parts/fault-proxy.ts'
import { createDatabaseClient } from './client.ts'

const QUICK = { connectMs: 300, statementMs: 200, slackMs: 100 }

test.concurrent.each(DATABASE_FAULTS)('PostgreSQL: a look that ends with $name is $claim: $code', async ({ claim, code, ...fault }) => {
  await using server = await startFailingDatabase(fault)
  const port = fault.does === 'refused' ? Number(new URL(await deadAddress()).port) : server.port
  const at = { name: 'shop', host: '127.0.0.1', port, database: 'shop', user: 'oncall', tls: false, services: ['inventory'] }
  const looking = createDatabaseClient(at, QUICK).look(({ query }) => query('SELECT 1'))
  const error = await looking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UpstreamError)
  expect(error).toMatchObject({ code, retryable: claim === 'retryable', message: expect.stringContaining('The database shop') })
})
