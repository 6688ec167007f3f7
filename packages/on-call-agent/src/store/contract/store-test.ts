import { test } from 'vitest'
import { diagnosis } from '../../../test-parts/diagnosis.ts'
import type { TimelineEvent } from '../../api.ts'
import type { NewMessage, Store } from '../ports.ts'
import { firing, PERSON } from './occasions.ts'

/** A `test` whose callbacks are given what they name: an empty `store`, the events `heard` from it, and what is often done with it; `held.store` is the one closed at the end. */
export type StoreTest = ReturnType<typeof storeTest>

/** Gives each test a store of its own, closed after it. */
export function storeTest(open: () => Promise<Store>) {
  return test
    .extend('held', async ({ task: _task }, { onCleanup }) => {
      const held = { store: await open() }
      onCleanup(() => held.store[Symbol.asyncDispose]())
      return held
    })
    .extend('store', ({ held }) => held.store)
    .extend('heard', { auto: true }, ({ store }) => {
      const heard: TimelineEvent[] = []
      store.onEvent((event) => heard.push(event))
      return heard
    })
    .extend('opened', ({ store }) => async (alert = firing): Promise<string> => {
      const incidentId = (await store.alerts.apply([alert]))[0]?.incidentId
      if (!incidentId) throw new Error('no incident')
      return incidentId
    })
    .extend(
      'kinds',
      ({ store }) =>
        async (id: string) =>
          (await store.incidents.timeline(id)).map(({ event }) => event.kind),
    )
    .extend('received', ({ store }) => async (body: string, incidentId: string | null): Promise<number> => {
      const message = await store.inbox.receive({ vendorId: null, from: PERSON, body, incidentId })
      if (!message) throw new Error('not stored')
      return message.id
    })
    .extend(
      'message',
      ({ store }) =>
        (over: Partial<NewMessage>): Promise<number> =>
          store.outbox.queue({ incidentId: null, to: PERSON, kind: 'page', body: 'page', ...over }),
    )
    .extend(
      'page',
      ({ store }) =>
        (id: string) =>
          concludeWithPage(store, id),
    )
}

/** Ends the investigation as the agent does: transcript, diagnosis and page in one change. */
export async function concludeWithPage(
  store: Store,
  incidentId: string,
  { body = 'page', madeBy = 'model' as 'model' | 'fallback', made = diagnosis() } = {},
): Promise<void> {
  await store.transaction(async ({ transcripts, incidents, outbox }) => {
    await transcripts.append(incidentId, [{ role: 'user', content: 'last' }])
    await incidents.conclude(incidentId, { diagnosis: made, madeBy })
    await outbox.queue({ incidentId, to: PERSON, kind: 'page', body })
  })
}
