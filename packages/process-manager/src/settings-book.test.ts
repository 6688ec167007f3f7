import { expect, test } from 'vitest'
import type { NewEvent } from './event-log.ts'
import type { SettingRequest } from './setting-schema.ts'
import { SettingsBook } from './settings-book.ts'

/** A fleet on two ports, where the process on a port of `sick` does not come up. */
function createBook(sick: number[] = []) {
  const events: NewEvent[] = []
  const used: string[] = []
  const book = new SettingsBook({
    fleet: { desiredPorts: () => [8001, 8002] },
    rollout: {
      async run({ ports = [], begun }) {
        begun?.()
        const failed = ports.find((port) => sick.includes(port))
        const replaced = ports.filter((port) => failed === undefined || port < failed)
        const remaining = ports.filter((port) => failed !== undefined && port > failed)
        return {
          ok: failed === undefined,
          replaced,
          remaining,
          ...(failed !== undefined && { failed: { port: failed, reason: 'exit 1' } }),
        }
      },
    },
    events: { add: (event) => events.push(event) },
    use: (component, read) => used.push(`${component} ${read('discovery')}`),
  })
  return { book, events, used }
}

test('a change has a version, and stands in the events with who made it and what it was before', async () => {
  const { book, events } = createBook()
  const badges = { component: 'inventory', setting: 'BADGES', value: 'on' } as const
  expect(await book.change(badges, 'Mei')).toEqual({ ok: true, version: 1, from: 'off', to: 'on', restarted: [8001, 8002], remaining: [] })
  expect((await book.change({ ...badges, value: 'off' }, 'Mei')).version).toBe(2)
  expect(events).toMatchObject([
    { type: 'setting_changed', by: 'Mei', setting: 'BADGES', from: 'off', to: 'on', version: 1 },
    { type: 'setting_changed', by: 'Mei', setting: 'BADGES', from: 'on', to: 'off', version: 2 },
  ])
  expect(book.lastChange('inventory', 'BADGES')).toEqual({ from: 'on', to: 'off' })
  expect(
    book
      .list()
      .settings.map(({ setting, last_change }) => last_change && setting)
      .filter(Boolean),
  ).toEqual(['BADGES'])
})

test('a port has a value of its own until all have the same', async () => {
  const { book } = createBook([8001])
  const url = { component: 'inventory', setting: 'DATABASE_URL' } as const
  const one = await book.change({ ...url, value: 'missing', ports: [8001] }, 'Mei')
  expect(one).toMatchObject({ ok: false, failed: { port: 8001, reason: 'exit 1' } })
  expect([8001, 8002].map((port) => book.valueOf('inventory', 'DATABASE_URL', port))).toEqual(['missing', 'given'])
  await book.change({ ...url, value: 'given' }, 'Mei')
  expect(book.valueOf('inventory', 'DATABASE_URL', 8001)).toBe('given')
})

test('a setting of a port without an instance waits for that instance, and restarts nobody', async () => {
  const { book } = createBook()
  const change = { component: 'inventory', setting: 'DATABASE_URL', value: 'missing', ports: [8003] } as const
  expect(await book.change({ ...change, ports: [...change.ports] }, 'Mei')).toMatchObject({ ok: true, restarted: [] })
  expect(book.valueOf('inventory', 'DATABASE_URL', 8003)).toBe('missing')
})

test('a setting of the balancer is handed on at once', async () => {
  const { book, used } = createBook()
  const change = { component: 'load-balancer', setting: 'discovery', value: 'static' } as const
  expect(await book.change(change, 'Mei')).toMatchObject({ ok: true, restarted: [] })
  expect(used).toEqual(['load-balancer static'])
})

test.each<[string, SettingRequest, RegExp]>([
  ['an unknown setting', { component: 'inventory', setting: 'LOG_DIR', value: '/etc' }, /must be one of BADGES, DATABASE_URL/],
  ['a value that it cannot have', { component: 'inventory', setting: 'BADGES', value: 'maybe' }, /off or on/],
  ['an address for the database', { component: 'inventory', setting: 'DATABASE_URL', value: 'postgres://elsewhere' }, /given or missing/],
  ['ports of the balancer', { component: 'load-balancer', setting: 'retries', value: '2', ports: [8001] }, /of which there is one/],
])('%s is refused and changes nothing', async (_what, request, reason) => {
  const { book, events } = createBook()
  await expect(book.change(request, 'Mei')).rejects.toThrow(reason)
  expect(events).toEqual([])
})
