import { afterEach, beforeEach, expect, test } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { finalize } from './finalize.ts'

let store: Store
beforeEach(() => {
  store = createSqliteStore(':memory:')
})
afterEach(() => store[Symbol.asyncDispose]())

const phase = async () => (await store.incidents.find('I1'))?.phase

test('an incident is finalized once it is over and was investigated, and the phase says what came of it', async () => {
  await store.alerts.apply([receivedAlert()])
  const id = (await store.incidents.find('I1'))?.id ?? ''
  await finalize(store, id)
  expect(await phase()).toBeNull()
  await store.incidents.append(id, {
    kind: 'hypotheses',
    hypotheses: [{ cause: 'database_down', statement: 'x', confidence: 0.1, status: 'refuted', because: [] }],
  })
  await store.incidents.conclude(id, { diagnosis: diagnosis({ cause: 'application_exception' }), madeBy: 'model' })
  await finalize(store, id)
  expect(await phase()).toBeNull()
  await store.alerts.apply([receivedAlert({ status: 'resolved' })])
  await finalize(store, id)
  await finalize(store, id)
  expect(await phase()).toBe('finalize')
  const ends = (await store.incidents.timeline(id)).flatMap(({ event }) => (event.kind === 'phase' ? [event] : []))
  expect(ends).toMatchObject([{ phase: 'finalize' }])
  expect(ends[0]?.summary).toMatch(
    /^Over after .+ Cause \(application_exception, diagnosed, 0.9\): findCampaign .+ Ruled out: database_down\./,
  )
})
