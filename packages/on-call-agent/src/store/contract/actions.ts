import { describe, expect } from 'vitest'
import { newAction, proposedEvent } from '../../../test-parts/new-action.ts'
import { other, resolved } from './occasions.ts'
import { concludeWithPage, type StoreTest } from './store-test.ts'

/** An action is moved on by one caller only, and one action of a service is in flight. */
export function actionsContract(test: StoreTest): void {
  describe('actions', () => {
    test('a proposal is found by its id in whatever case, and stands in the timeline', async ({ store, opened }) => {
      const id = await opened()
      const stored = await store.actions.propose(newAction(id), proposedEvent)
      expect(stored).toMatchObject({ id: 'A1', status: 'proposed', code: '4821', decided_by: null, before: null })
      for (const name of ['A1', 'a1']) expect(await store.actions.find(name)).toEqual(stored)
      for (const name of ['1', 'A2', 'A', 'A1 ', "' OR 1=1 --"]) expect(await store.actions.find(name)).toBeUndefined()
      expect((await store.incidents.timeline(id)).at(-1)?.event).toMatchObject({ kind: 'action_proposed', action_id: 'A1' })
    })

    test('the list is newest first, and narrowed by status, incident and service', async ({ store, opened }) => {
      const [one, two] = [await opened(), await opened(other)]
      for (const incident of [one, one, two]) await store.actions.propose(newAction(incident), proposedEvent)
      await store.actions.propose(newAction(two, { service: 'payments' }), proposedEvent)
      await store.actions.move('A2', { from: ['proposed'], to: 'denied' })
      const ids = async (query?: Parameters<typeof store.actions.list>[0]) => (await store.actions.list(query)).map(({ id }) => id)
      expect(await ids()).toEqual(['A4', 'A3', 'A2', 'A1'])
      expect(await ids({ limit: 2 })).toEqual(['A4', 'A3'])
      expect(await ids({ statuses: ['proposed'] })).toEqual(['A4', 'A3', 'A1'])
      expect(await ids({ incidentId: one, statuses: ['denied', 'verified'] })).toEqual(['A2'])
      expect(await ids({ service: 'payments' })).toEqual(['A4'])
    })

    test('whoever moves an action first is the only one; what changes and its events are stored with it', async ({
      store,
      opened,
      kinds,
    }) => {
      const id = await opened()
      await store.actions.propose(newAction(id), proposedEvent)
      const approve = (by: string) =>
        store.actions.move('A1', {
          from: ['proposed'],
          to: 'approved',
          change: { decided_by: by, decided_at: '2026-01-01T12:00:00.000Z' },
          events: [{ kind: 'action_approved', action_id: 'A1', action: 'restart_instance', by, permission: 'level_medium' }],
        })
      expect((await Promise.all([approve('one'), approve('two'), approve('three')])).toSorted()).toEqual(['moved', 'not_from', 'not_from'])
      expect(await store.actions.find('A1')).toMatchObject({ status: 'approved', decided_by: 'one' })
      expect((await kinds(id)).filter((kind) => kind === 'action_approved')).toHaveLength(1)
      expect(await store.actions.move('A9', { from: ['proposed'], to: 'approved' })).toBe('not_from')
    })

    test('one action of a service is in flight; another service does not wait for it', async ({ store, opened }) => {
      const [one, two] = [await opened(), await opened(other)]
      for (const incident of [one, two]) await store.actions.propose(newAction(incident), proposedEvent)
      await store.actions.propose(newAction(two, { service: 'payments' }), proposedEvent)
      const approve = (id: string) => store.actions.move(id, { from: ['proposed'], to: 'approved' })
      expect([await approve('A1'), await approve('A2'), await approve('A3')]).toEqual(['moved', 'busy', 'moved'])
      expect((await store.actions.find('A2'))?.status).toBe('proposed')
      expect(await store.actions.move('A1', { from: ['approved'], to: 'started' })).toBe('moved')
      expect(await approve('A2')).toBe('busy')
      await store.actions.move('A1', { from: ['started'], to: 'verified' })
      expect(await approve('A2')).toBe('moved')
    })

    test('a change that fails leaves the action as it was', async ({ store, opened }) => {
      const id = await opened()
      await store.actions.propose(newAction(id), proposedEvent)
      await expect(store.actions.propose(newAction('no such incident'), proposedEvent)).rejects.toThrow()
      await expect(store.actions.move('A1', { from: ['proposed'], to: 'approved', events: [undefined as never] })).rejects.toThrow()
      expect((await store.actions.list()).map(({ status }) => status)).toEqual(['proposed'])
    })

    test('an incident is mitigating while an action is under way, then as its diagnosis left it, and stays resolved', async ({
      store,
      opened,
    }) => {
      const id = await opened()
      const status = async () => (await store.incidents.find(id))?.status
      await concludeWithPage(store, id)
      await store.incidents.setMitigating(id, true)
      expect(await status()).toBe('mitigating')
      await store.incidents.setMitigating(id, false)
      expect(await status()).toBe('diagnosed')
      await store.alerts.apply([resolved])
      await store.incidents.setMitigating(id, true)
      expect(await status()).toBe('resolved')
    })

    test('what a message hides stands in the message alone', async ({ store, opened, message }) => {
      const id = await opened()
      await message({ incidentId: id, body: 'reply approve 4821', hidden: '4821' })
      expect((await store.outbox.list(['pending'])).map(({ body }) => body)).toEqual(['reply approve 4821'])
      expect((await store.incidents.timeline(id)).at(-1)?.event).toMatchObject({ kind: 'message_queued', body: 'reply approve ••••' })
    })
  })
}
