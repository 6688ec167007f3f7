import { test } from 'vitest'
import { diagnosis } from '../../../test-parts/diagnosis.ts'
import type { TimelineEvent } from '../../api.ts'
import type { IncidentStore } from '../ports.ts'
import { firing, PERSON } from './occasions.ts'

/** A `test` whose callbacks are given what they name: an empty `store`, the events `heard` from it, and what is often done with it; `held.store` is the one closed at the end. */
export type StoreTest = ReturnType<typeof storeTest>

/** Gives each test a store of its own, closed after it. */
export function storeTest(open: () => IncidentStore) {
  return test
    .extend('held', ({ task: _task }, { onCleanup }) => {
      const held = { store: open() }
      onCleanup(() => held.store[Symbol.dispose]())
      return held
    })
    .extend('store', ({ held }) => held.store)
    .extend('heard', { auto: true }, ({ store }) => {
      const heard: TimelineEvent[] = []
      store.onEvent((event) => heard.push(event))
      return heard
    })
    .extend('opened', ({ store }) => (alert = firing): string => {
      const incidentId = store.applyAlerts([alert])[0]?.incidentId
      if (!incidentId) throw new Error('no incident')
      return incidentId
    })
    .extend(
      'kinds',
      ({ store }) =>
        (id: string) =>
          store.timeline(id).map(({ event }) => event.kind),
    )
    .extend(
      'conclude',
      ({ store }) =>
        (id: string) =>
          store.conclude(id, {
            diagnosis: diagnosis(),
            madeBy: 'model',
            messages: [{ role: 'user', content: 'last' }],
            message: { to: PERSON, body: 'page' },
          }),
    )
}
