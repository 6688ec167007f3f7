import { expect, vi } from 'vitest'
import { RESTART, test } from '../test-parts/acting-test.ts'
import type { Store } from './store/ports.ts'

const ranOf = async ({ incidents }: Store, id: string) => (await incidents.timeline(id)).filter(({ event }) => event.kind === 'action_ran')

test('an alert whose rule looks back further than the verification lasts is waited for, and the timeline says until when', async ({
  shop,
  store,
  writes,
  incident,
  status,
  code,
}) => {
  // No figure was ever bad, so the alert alone can tell; it ends when its rule has forgotten the trouble.
  Object.assign(shop, { worst: 0, remembers: true, rule: 'rate(x[2]) > 1' })
  shop.sick.clear()
  const id = await incident([RESTART], { longestSeconds: 60 })
  await writes(`approve ${await code('A1')}`)
  await vi.waitFor(async () => expect((await ranOf(store, id)).length).toBe(1), { interval: 5, timeout: 8_000 })
  setTimeout(() => {
    shop.remembers = false
  }, 1_200)
  expect(await status('A1', 'verified')).toMatchObject({ verification: { sli: 'alerts_firing', before: 1, after: 0 } })
  const [ran] = await ranOf(store, id)
  expect(ran?.event).toMatchObject({
    due: expect.stringMatching(/^The rule of InventoryErrorBurst looks back 2 s, so it can tell at .* UTC \(after 8 s\)/),
  })
})
