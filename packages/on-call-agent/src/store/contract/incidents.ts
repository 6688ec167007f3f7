import { describe, expect } from 'vitest'
import { diagnosis } from '../../../test-parts/diagnosis.ts'
import { other, PERSON, resolved } from './occasions.ts'
import { concludeWithPage, type StoreTest } from './store-test.ts'

/** How an incident is found, what a diagnosis and a ticket leave with it, and the numbering of events. */
export function incidentsContract(test: StoreTest): void {
  describe('incidents', () => {
    test('an incident is found by id and by ref in whatever case, and by nothing else', async ({ store, opened }) => {
      const id = await opened()
      for (const name of [id, id.toUpperCase(), 'I1', 'i1']) expect((await store.incidents.find(name))?.id).toBe(id)
      for (const name of ['1', 'I2', 'I', 'I1 ', '%', "' OR 1=1 --"]) expect(await store.incidents.find(name)).toBeUndefined()
    })

    test('a diagnosis ends the investigation: status, transcript, event and page together', async ({ store, opened, kinds, page }) => {
      const id = await opened()
      expect(await store.incidents.pendingInvestigations()).toEqual([id])
      expect(await store.incidents.isPending(id)).toBe(true)
      await page(id)
      expect(await store.incidents.pendingInvestigations()).toEqual([])
      expect(await Promise.all([id, 'no such incident'].map((each) => store.incidents.isPending(each)))).toEqual([false, false])
      expect(await store.incidents.find(id)).toMatchObject({
        status: 'diagnosed',
        diagnosis: diagnosis(),
        diagnosed_at: expect.any(String),
      })
      expect(await store.transcripts.read(id)).toEqual([{ role: 'user', content: 'last' }])
      expect(await kinds(id)).toEqual(['alert_firing', 'diagnosis', 'message_queued'])
      expect(await store.outbox.list(['pending', 'sending', 'unknown'])).toMatchObject([
        { incidentId: id, recipient: PERSON, body: 'page', attempts: 0, uncertain: false },
      ])
    })

    test('what no model understood is inconclusive, and what is over stays resolved', async ({ store, opened }) => {
      const id = await opened()
      await concludeWithPage(store, id, { madeBy: 'fallback' })
      expect((await store.incidents.find(id))?.status).toBe('inconclusive')
      await concludeWithPage(store, id, { made: diagnosis({ status: 'inconclusive' }) })
      expect((await store.incidents.find(id))?.status).toBe('inconclusive')
      await store.alerts.apply([resolved])
      await concludeWithPage(store, id)
      expect(await store.incidents.find(id)).toMatchObject({ status: 'resolved', diagnosis: { status: 'diagnosed' } })
    })

    test('what was resolved before a time is forgotten with all that belongs to it; what is open or still has work is kept', async ({
      store,
      opened,
    }) => {
      const id = await opened()
      await concludeWithPage(store, id)
      const later = new Date(Date.now() + 60_000)
      expect(await store.incidents.prune(later, 10)).toBe(0)
      await store.alerts.apply([resolved])
      expect(await store.incidents.prune(new Date(0), 10)).toBe(0)
      // Its page still waits for its vendor.
      expect(await store.incidents.prune(later, 10)).toBe(0)
      const [page] = await store.outbox.list(['pending'])
      await store.outbox.markAccepted(page?.id ?? 0, 'SM1')
      await store.inbox.receive({ vendorId: 'SM2', from: PERSON, body: 'lost', incidentId: null })
      expect(await store.incidents.prune(later, 10)).toBe(1)
      expect(await store.incidents.find(id)).toBeUndefined()
      expect(await store.incidents.timeline(id)).toEqual([])
      expect(await store.outbox.findSent('SM1')).toBeUndefined()
      // Nobody has answered that message yet.
      expect(await store.inbox.unanswered()).toMatchObject([{ body: 'lost' }])
      // Numbers are never given again.
      expect(await store.alerts.apply([other])).toMatchObject([{ effect: 'opened' }])
      expect((await store.incidents.list(1)).map(({ ref }) => ref)).toEqual(['I2'])
    })

    test('a phase is entered once, in order, and stands with the incident', async ({ store, opened }) => {
      const id = await opened()
      expect((await store.incidents.find(id))?.phase).toBeNull()
      expect(await store.incidents.enterPhase(id, 'analyze')).toBe(true)
      expect(await store.incidents.enterPhase(id, 'diagnose')).toBe(true)
      for (const phase of ['analyze', 'hypothesize', 'diagnose'] as const) expect(await store.incidents.enterPhase(id, phase)).toBe(false)
      expect(await store.incidents.enterPhase(id, 'finalize', 'It was the database.')).toBe(true)
      expect((await store.incidents.find(id))?.phase).toBe('finalize')
      const events = (await store.incidents.timeline(id)).map(({ event }) => event)
      expect(events.filter(({ kind }) => kind === 'phase')).toEqual([
        { kind: 'phase', phase: 'analyze' },
        { kind: 'phase', phase: 'diagnose' },
        { kind: 'phase', phase: 'finalize', summary: 'It was the database.' },
      ])
      expect(await store.incidents.enterPhase('no such incident', 'analyze')).toBe(false)
    })

    test('a ticket stands with its incident and in its timeline', async ({ store, opened }) => {
      const id = await opened()
      const ticket = { key: 'OPS-1', url: 'http://jira/browse/OPS-1', assignee: 'Ravi Kumar' }
      await store.incidents.setTicket(id, ticket)
      expect((await store.incidents.find(id))?.ticket).toEqual(ticket)
      expect((await store.incidents.timeline(id)).at(-1)?.event).toEqual({ kind: 'ticket_created', ...ticket })
    })

    test('events are numbered over all incidents, heard in order, and read again after any of them', async ({ store, heard, opened }) => {
      const [one, two] = [await opened(), await opened(other)]
      await store.incidents.append(one, { kind: 'incident_resolved' }, { kind: 'investigation_started', model: 'm' })
      expect(await store.incidents.eventsAfter(0, 100)).toEqual(heard)
      expect(heard.map(({ incident_id }) => incident_id)).toEqual([one, two, one, one])
      const ids = heard.map(({ id }) => id)
      expect(ids).toEqual(ids.toSorted((a, b) => a - b))
      expect(await store.incidents.newestEventId()).toBe(ids.at(-1))
      expect((await store.incidents.eventsAfter(ids[0] ?? 0, 2)).map(({ id }) => id)).toEqual(ids.slice(1, 3))
    })
  })
}
