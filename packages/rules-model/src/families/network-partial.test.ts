import { describe, expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { createWorld, errorRate, logEntry } from '../../test-parts/simulated-world.ts'

const STORE = 'services/shop/store/item-table.ts'
const storageErrors = (message: string, instance?: string) =>
  Array.from({ length: 30 }, (_, index) => {
    const route = ['/items/:id', '/items', '/random'][index % 3] ?? ''
    const line = 30 + (index % 3)
    return logEntry(50 - index, {
      message,
      error: 'Error',
      route,
      instance: instance ?? INSTANCE_NAMES[index % 3] ?? '',
      stack: `Error: ${message}\n    at ItemTable.run (${STORE}:${line}:24)\n    at Pool.use (services/shop/store/pool.ts:9:3)\n    at async handler (services/shop/routes.ts:${index}:1)`,
    })
  })
const STORE_FILES = { 'services/shop/store/pool.ts': `${'\n'.repeat(8)}    return operation(client)\n` }

describe('a store that fails', () => {
  test.each(['database is not open', 'statement has been finalized', 'Connection terminated unexpectedly'])(
    'with "%s" is the cause, and the line only where it surfaces',
    (message) => {
      const { diagnosis } = investigate(
        createWorld({
          log: storageErrors(message),
          rate: errorRate(0.4, { routes: ['/items/:id', '/items', '/random'] }),
          files: STORE_FILES,
        }),
      )
      expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'network_partial' })
      expect(diagnosis.root_cause).toContain('to the item store is being lost')
      expect(diagnosis.root_cause).toContain('not necessarily the cause')
      // Each query has a line of its own; what they share is the connection.
      expect(diagnosis).toMatchObject({ affected_file: 'services/shop/store/pool.ts', line_number: 9 })
      expect(diagnosis.routes).toEqual(['/items', '/items/:id', '/random'])
    },
  )

  test('that refuses some connections while the probes of all instances are well: not certain, since who refuses is reached', () => {
    const { diagnosis } = investigate(
      createWorld({
        log: storageErrors('connect ECONNREFUSED 127.0.0.1:5432'),
        rate: errorRate(0.4, { routes: ['/items/:id', '/items', '/random'] }),
        files: STORE_FILES,
      }),
    )
    expect(diagnosis).toMatchObject({ cause: 'network_partial', status: 'suspected' })
    expect(diagnosis.alternatives).toContainEqual(expect.stringContaining('Possible too: The database is down'))
  })

  test('for one instance only points at that instance', () => {
    const [, , third = ''] = INSTANCE_NAMES
    const { diagnosis } = investigate(
      createWorld({
        log: storageErrors('database is not open', third),
        rate: errorRate(0.13, { routes: ['/items/:id', '/items', '/random'], instances: [third] }),
        files: STORE_FILES,
      }),
    )
    expect(diagnosis.instances).toEqual([third])
    expect(diagnosis.next_steps.join(' ')).toContain(`Take ${third} out of rotation`)
  })
})
