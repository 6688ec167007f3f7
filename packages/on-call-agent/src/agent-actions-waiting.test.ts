import { expect, vi } from 'vitest'
import { test } from '../test-parts/acting-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'

test('an approved action waits while the world cannot be read, and the person is told', async ({
  shop,
  store,
  phone,
  writes,
  incident,
  status,
  code,
}) => {
  await incident()
  shop.blind = true
  await writes(`approve ${await code('A1')}`)
  await vi.waitFor(() => expect(phone.bodies().at(-1)).toContain('*A1* waits: what it would change cannot be read now'), { interval: 5 })
  expect(await store.actions.find('A1')).toMatchObject({ status: 'approved' })
  expect(shop.changes).toEqual([])
  shop.blind = false
  await status('A1', 'verified')
  expect(shop.changes).toHaveLength(1)
  expect(phone.bodies().filter((body) => body.includes('waits'))).toHaveLength(1)
})

test('what waits for a world that cannot be read is void when the incident ends', async ({
  shop,
  fires,
  phone,
  writes,
  incident,
  status,
  code,
}) => {
  await incident()
  shop.blind = true
  await writes(`approve ${await code('A1')}`)
  await vi.waitFor(() => expect(phone.bodies().at(-1)).toContain('waits'), { interval: 5 })
  await fires(receivedAlert({ status: 'resolved' }))
  expect(await status('A1', 'void')).toMatchObject({ status_reason: 'the incident is over' })
  expect(shop.changes).toEqual([])
})
