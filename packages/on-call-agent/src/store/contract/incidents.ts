import { describe, expect } from 'vitest'
import { diagnosis } from '../../../test-parts/diagnosis.ts'
import { other, PERSON, resolved } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

/** How an incident is found, what a diagnosis and a ticket leave with it, and the numbering of events. */
export function incidentsContract(test: StoreTest): void {
  describe('incidents', () => {
    test('an incident is found by id and by ref in whatever case, and by nothing else', ({ store, opened }) => {
      const id = opened()
      for (const name of [id, id.toUpperCase(), 'I1', 'i1']) expect(store.find(name)?.id).toBe(id)
      for (const name of ['1', 'I2', 'I', 'I1 ', '%', "' OR 1=1 --"]) expect(store.find(name)).toBeUndefined()
    })

    test('a diagnosis ends the investigation: status, transcript, event and page together', ({ store, opened, kinds, conclude }) => {
      const id = opened()
      expect(store.pendingInvestigations()).toEqual([id])
      conclude(id)
      expect(store.pendingInvestigations()).toEqual([])
      expect(store.find(id)).toMatchObject({ status: 'diagnosed', diagnosis: diagnosis(), diagnosed_at: expect.any(String) })
      expect(store.transcript(id)).toEqual([{ role: 'user', content: 'last' }])
      expect(kinds(id)).toEqual(['alert_firing', 'diagnosis', 'message_queued'])
      expect(store.outbox()).toMatchObject([{ incidentId: id, to: PERSON, body: 'page', attempts: 0, uncertain: false }])
    })

    test('what no model understood is inconclusive, and what is over stays resolved', ({ store, opened }) => {
      const id = opened()
      const made = { diagnosis: diagnosis(), messages: [], message: { to: PERSON, body: 'page' } }
      store.conclude(id, { ...made, madeBy: 'fallback' })
      expect(store.find(id)?.status).toBe('inconclusive')
      store.conclude(id, { ...made, madeBy: 'model', diagnosis: diagnosis({ status: 'inconclusive' }) })
      expect(store.find(id)?.status).toBe('inconclusive')
      store.applyAlerts([resolved])
      store.conclude(id, { ...made, madeBy: 'model' })
      expect(store.find(id)).toMatchObject({ status: 'resolved', diagnosis: { status: 'diagnosed' } })
    })

    test('a ticket stands with its incident and in its timeline', ({ store, opened }) => {
      const id = opened()
      const ticket = { key: 'OPS-1', url: 'http://jira/browse/OPS-1', assignee: 'Ravi Kumar' }
      store.setTicket(id, ticket)
      expect(store.find(id)?.ticket).toEqual(ticket)
      expect(store.timeline(id).at(-1)?.event).toEqual({ kind: 'ticket_created', ...ticket })
    })

    test('events are numbered over all incidents, heard in order, and read again after any of them', ({ store, heard, opened }) => {
      const [one, two] = [opened(), opened(other)]
      store.append(one, { kind: 'incident_resolved' }, { kind: 'investigation_started', model: 'm' })
      expect(store.eventsAfter(0, 100)).toEqual(heard)
      expect(heard.map(({ incident_id }) => incident_id)).toEqual([one, two, one, one])
      const ids = heard.map(({ id }) => id)
      expect(ids).toEqual(ids.toSorted((a, b) => a - b))
      expect(store.newestEventId()).toBe(ids.at(-1))
      expect(store.eventsAfter(ids[0] ?? 0, 2).map(({ id }) => id)).toEqual(ids.slice(1, 3))
    })
  })
}
