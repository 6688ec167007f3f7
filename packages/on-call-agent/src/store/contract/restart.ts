import { expect } from 'vitest'
import { diagnosis } from '../../../test-parts/diagnosis.ts'
import type { IncidentStore } from '../ports.ts'
import { firing, other, PERSON } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

/** What a restart must not forget; skipped without `reopen`. */
export function restartContract(test: StoreTest, reopen: ((store: IncidentStore) => IncidentStore) | undefined): void {
  test.runIf(reopen)('a restart forgets nothing', ({ held, store, opened }) => {
    const id = opened()
    store.appendTranscript(id, [{ role: 'user', content: 'go' }], [{ kind: 'investigation_started', model: 'm' }])
    const begun = store.receiveMessage({ sid: 'SM1', from: PERSON, body: 'why?', incidentId: id }) ?? 0
    store.beginAnswer(begun)
    store.receiveMessage({ sid: 'SM2', from: PERSON, body: 'and now?', incidentId: id })
    for (const body of ['left sending', 'queued'])
      store.conclude(id, { diagnosis: diagnosis(), madeBy: 'model', messages: [], message: { to: PERSON, body } })
    store.markSending(store.outbox()[0]?.id ?? 0)
    const pending = opened(other)
    const all = (of: IncidentStore) => [
      of.list(10),
      of.timeline(id),
      of.transcript(id),
      of.unansweredMessages(),
      of.pendingInvestigations(),
      of.openEpisodes(),
      of.outbox(),
    ]
    const before = all(store)

    held.store = reopen?.(store) ?? store
    const again = held.store
    expect(all(again)).toEqual(before)
    expect(again.pendingInvestigations()).toEqual([pending])
    expect(again.unansweredMessages()).toMatchObject([
      { body: 'why?', begun: true },
      { body: 'and now?', begun: false },
    ])
    expect(again.outbox()).toMatchObject([
      { body: 'left sending', uncertain: true, attempts: 1 },
      { body: 'queued', uncertain: false },
    ])
    expect(again.receiveMessage({ sid: 'SM1', from: PERSON, body: 'why?', incidentId: id })).toBeUndefined()
    expect(again.applyAlerts([firing])).toMatchObject([{ reason: 'repeated' }])
    const newest = again.newestEventId()
    again.append(id, { kind: 'incident_resolved' })
    expect(again.newestEventId()).toBeGreaterThan(newest)
  })
}
