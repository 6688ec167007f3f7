import { expect } from 'vitest'
import type { Store } from '../ports.ts'
import { firing, other, PERSON } from './occasions.ts'
import { concludeWithPage, type StoreTest } from './store-test.ts'

/** What a restart must not forget; skipped without `reopen`. */
export function restartContract(test: StoreTest, reopen: ((store: Store) => Promise<Store>) | undefined): void {
  test.runIf(reopen)('a restart forgets nothing', async ({ held, store, opened }) => {
    const id = await opened()
    await store.transcripts.append(id, [{ role: 'user', content: 'go' }], [{ kind: 'investigation_started', model: 'm' }])
    const begun = (await store.inbox.receive({ vendorId: 'SM1', from: PERSON, body: 'why?', incidentId: id }))?.id ?? 0
    await store.inbox.begin(begun)
    await store.inbox.receive({ vendorId: 'SM2', from: PERSON, body: 'and now?', incidentId: id })
    for (const body of ['left sending', 'queued']) await concludeWithPage(store, id, { body })
    await store.outbox.markSending((await store.outbox.list(['pending', 'sending', 'unknown']))[0]?.id ?? 0)
    const pending = await opened(other)
    const all = async (of: Store) => [
      await of.incidents.list(10),
      await of.incidents.timeline(id),
      await of.transcripts.read(id),
      await of.inbox.unanswered(),
      await of.incidents.pendingInvestigations(),
      (await of.alerts.openEpisodes()).map(({ confirmed: _unknownNow, ...episode }) => episode),
    ]
    const before = await all(store)

    held.store = (await reopen?.(store)) ?? store
    const again = held.store
    expect(await all(again)).toEqual(before)
    expect(await again.incidents.pendingInvestigations()).toEqual([pending])
    expect(await again.inbox.unanswered()).toMatchObject([
      { body: 'why?', begun: true },
      { body: 'and now?', begun: false },
    ])
    expect(await again.outbox.list(['pending', 'sending', 'unknown'])).toMatchObject([
      { body: 'left sending', uncertain: true, attempts: 1 },
      { body: 'queued', uncertain: false },
    ])
    expect(await again.inbox.receive({ vendorId: 'SM1', from: PERSON, body: 'why?', incidentId: id })).toBeUndefined()
    expect(await again.alerts.apply([firing])).toMatchObject([{ reason: 'repeated' }])
    const newest = await again.incidents.newestEventId()
    await again.incidents.append(id, { kind: 'incident_resolved' })
    expect(await again.incidents.newestEventId()).toBeGreaterThan(newest)
  })
}
