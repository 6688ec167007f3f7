import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReceivedAlert } from '../alerts/alert-group.ts'
import type { TimelineEvent } from '../api.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import type { IncidentStore } from './incident-store.ts'

const PERSON = 'whatsapp:+15550100001'
const firing = receivedAlert()
const resolved = receivedAlert({ status: 'resolved' })
const rate = (over: Partial<ReceivedAlert> = {}) => receivedAlert({ alertname: 'InventoryHighErrorRate', ...over })
const other = receivedAlert({ alertname: 'LabPartDown', service: 'load-balancer', severity: 'warning' })

/** What every IncidentStore promises. `open` gives an empty store; `reopen` closes one and opens the same data again, where that outlives a store. */
export function incidentStoreContract(
  name: string,
  { open, reopen }: { open: () => IncidentStore; reopen?: (store: IncidentStore) => IncidentStore },
) {
  describe(name, () => {
    let store: IncidentStore
    let heard: TimelineEvent[]
    beforeEach(() => {
      store = open()
      heard = []
      store.onEvent((event) => heard.push(event))
    })
    afterEach(() => store[Symbol.dispose]())

    const opened = (alert = firing): string => {
      const incidentId = store.applyAlerts([alert])[0]?.incidentId
      if (!incidentId) throw new Error('no incident')
      return incidentId
    }
    const kinds = (id: string) => store.timeline(id).map(({ event }) => event.kind)
    const conclude = (id: string) =>
      store.conclude(id, {
        diagnosis: diagnosis(),
        madeBy: 'model',
        messages: [{ role: 'user', content: 'last' }],
        message: { to: PERSON, body: 'page' },
      })

    describe('alerts', () => {
      test('one episode is one incident, however often its webhooks come', () => {
        const id = opened()
        expect(store.applyAlerts([firing, firing])).toEqual(Array(2).fill({ reason: 'repeated', incidentId: null, effect: 'none' }))
        expect(store.applyAlerts([resolved])).toEqual([{ reason: 'resolved', incidentId: id, effect: 'resolved' }])
        expect(store.applyAlerts([resolved])).toMatchObject([{ reason: 'resolved_again', effect: 'none' }])
        expect(store.applyAlerts([firing])).toMatchObject([{ reason: 'late', effect: 'none' }])
        expect(store.list(10)).toHaveLength(1)
        expect(kinds(id)).toEqual(['alert_firing', 'alert_resolved', 'incident_resolved'])
      })

      test('a resolve opens nothing, and its firing that comes late opens nothing either', () => {
        expect(store.applyAlerts([resolved])).toEqual([{ reason: 'resolved_before_firing', incidentId: null, effect: 'none' }])
        expect(store.applyAlerts([firing])).toMatchObject([{ reason: 'late', effect: 'none' }])
        expect(store.list(10)).toEqual([])
        expect(store.pendingInvestigations()).toEqual([])
      })

      test('the resolve of a later episode ends the open one, and the late firing of that later one opens nothing', () => {
        const later = '2026-11-21T11:00:00.000Z'
        const id = opened()
        expect(store.applyAlerts([{ ...resolved, startsAt: later, endsAt: '2026-11-21T11:01:00.000Z' }])).toEqual([
          { reason: 'later_episode_resolved', incidentId: id, effect: 'resolved' },
        ])
        expect(store.applyAlerts([{ ...firing, startsAt: later }])).toMatchObject([{ reason: 'late', effect: 'none' }])
        expect(store.list(10)).toHaveLength(1)
      })

      test('the alerts of one service join its open incident, those of another service open their own', () => {
        const id = opened(receivedAlert({ alertname: 'InventoryHighLatency', severity: 'warning' }))
        expect(store.applyAlerts([rate(), other])).toMatchObject([{ incidentId: id, effect: 'joined' }, { effect: 'opened' }])
        expect(store.find(id)).toMatchObject({ ref: 'I1', severity: 'critical', status: 'investigating' })
        expect(store.find(id)?.alerts.map(({ alertname }) => alertname)).toEqual(['InventoryHighLatency', 'InventoryHighErrorRate'])
        expect(store.list(10).map(({ ref }) => ref)).toEqual(['I2', 'I1'])
      })

      test('a more severe alert opens an incident of its own once the open one has been paged', () => {
        const id = opened(receivedAlert({ alertname: 'InventoryHighMemory', severity: 'warning' }))
        conclude(id)
        const [critical] = store.applyAlerts([rate()])
        expect(critical).toMatchObject({ effect: 'opened' })
        const weaker = receivedAlert({ alertname: 'InventoryHighLatency', severity: 'warning' })
        expect(store.applyAlerts([weaker])).toMatchObject([{ effect: 'joined', incidentId: critical?.incidentId }])
      })

      test('a group in which one alert ends and another begins keeps its incident open', () => {
        const id = opened()
        expect(store.applyAlerts([resolved, rate()])).toEqual([
          { reason: 'resolved', incidentId: id, effect: 'episode_ended' },
          { reason: 'new_episode', incidentId: id, effect: 'joined' },
        ])
      })

      test('a weaker alert that joins leaves the severity', () => {
        const id = opened()
        store.applyAlerts([rate({ severity: 'warning' }), receivedAlert({ alertname: 'Odd', severity: 'no such severity' })])
        expect(store.find(id)?.severity).toBe('critical')
      })

      test('an incident closes with its last episode', () => {
        const id = opened()
        store.applyAlerts([rate()])
        expect(store.applyAlerts([resolved])).toEqual([{ reason: 'resolved', incidentId: id, effect: 'episode_ended' }])
        expect(store.find(id)).toMatchObject({ status: 'investigating', resolved_at: null })
        expect(store.applyAlerts([rate({ status: 'resolved' })])).toEqual([{ reason: 'resolved', incidentId: id, effect: 'resolved' }])
        expect(store.find(id)).toMatchObject({ status: 'resolved', resolved_at: expect.stringMatching(/Z$/) })
      })

      test('a new firing after the end is a new incident; a refiring without an end stays in the open one', () => {
        const id = opened()
        expect(store.applyAlerts([{ ...firing, startsAt: '2026-11-21T10:30:00.000Z' }])).toEqual([
          { reason: 'refired_without_resolve', incidentId: id, effect: 'joined' },
        ])
        expect(store.openEpisodes()).toHaveLength(1)
        store.applyAlerts([{ ...resolved, startsAt: '2026-11-21T10:30:00.000Z' }])
        expect(store.applyAlerts([{ ...firing, startsAt: '2026-11-21T11:00:00.000Z' }])).toMatchObject([{ effect: 'opened' }])
        expect(store.list(10).map(({ status }) => status)).toEqual(['investigating', 'resolved'])
      })

      test('an episode whose resolve never comes can be ended', () => {
        const id = opened()
        const [episode] = store.openEpisodes()
        expect(episode).toMatchObject({ alertname: firing.alertname, fingerprint: firing.fingerprint })
        expect(store.reconcileEpisode(episode?.id ?? 0)).toMatchObject({ incidentId: id, effect: 'resolved' })
        expect(store.openEpisodes()).toEqual([])
        expect(store.timeline(id)[1]?.event).toMatchObject({ kind: 'alert_resolved', source: 'reconciled' })
      })

      test('shuffled and repeated webhooks end in the same open episodes, each in one open incident', () => {
        const at = (hour: number) => `2026-11-21T1${hour}:00:00.000Z`
        const history = ['A', 'B'].flatMap((alertname) =>
          [0, 1, 2].flatMap((hour): ReceivedAlert[] => {
            const alert = receivedAlert({ alertname, startsAt: at(hour) })
            // The last episode of B goes on.
            return alertname === 'B' && hour === 2 ? [alert] : [alert, { ...alert, status: 'resolved', endsAt: at(hour + 1) }]
          }),
        )
        for (let seed = 1; seed <= 60; seed += 1) {
          using each = open()
          const order = shuffled([...history, ...history], seed)
          for (const alert of order) each.applyAlerts([alert])
          const said = JSON.stringify(order.map(({ alertname, startsAt, status }) => [alertname, startsAt, status]))
          expect(
            each.openEpisodes().map(({ alertname }) => alertname),
            said,
          ).toEqual(['B'])
          const incidents = each.list(100)
          const going = incidents.filter(({ resolved_at }) => resolved_at === null)
          expect(going, said).toHaveLength(1)
          expect(
            going[0]?.alerts.filter(({ ends_at }) => ends_at === null),
            said,
          ).toMatchObject([{ alertname: 'B', starts_at: at(2) }])
          const episodes = incidents.flatMap(({ alerts }) => alerts.map(({ fingerprint, starts_at }) => `${fingerprint} ${starts_at}`))
          expect(new Set(episodes).size, said).toBe(episodes.length)
        }
      })
    })

    describe('incidents', () => {
      test('an incident is found by id and by ref in whatever case, and by nothing else', () => {
        const id = opened()
        for (const name of [id, id.toUpperCase(), 'I1', 'i1']) expect(store.find(name)?.id).toBe(id)
        for (const name of ['1', 'I2', 'I', 'I1 ', '%', "' OR 1=1 --"]) expect(store.find(name)).toBeUndefined()
      })

      test('a diagnosis ends the investigation: status, transcript, event and page together', () => {
        const id = opened()
        expect(store.pendingInvestigations()).toEqual([id])
        conclude(id)
        expect(store.pendingInvestigations()).toEqual([])
        expect(store.find(id)).toMatchObject({ status: 'diagnosed', diagnosis: diagnosis(), diagnosed_at: expect.any(String) })
        expect(store.transcript(id)).toEqual([{ role: 'user', content: 'last' }])
        expect(kinds(id)).toEqual(['alert_firing', 'diagnosis', 'message_queued'])
        expect(store.outbox()).toMatchObject([{ incidentId: id, to: PERSON, body: 'page', attempts: 0, uncertain: false }])
      })

      test('what no model understood is inconclusive, and what is over stays resolved', () => {
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

      test('a ticket stands with its incident and in its timeline', () => {
        const id = opened()
        const ticket = { key: 'OPS-1', url: 'http://jira/browse/OPS-1', assignee: 'Ravi Kumar' }
        store.setTicket(id, ticket)
        expect(store.find(id)?.ticket).toEqual(ticket)
        expect(store.timeline(id).at(-1)?.event).toEqual({ kind: 'ticket_created', ...ticket })
      })

      test('events are numbered over all incidents, heard in order, and read again after any of them', () => {
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

    describe('a change that fails', () => {
      const broken = { ...other, labels: undefined as unknown as Record<string, string> } // What no validation would let through.

      test('leaves nothing and is not heard', () => {
        const id = opened()
        const before = JSON.stringify([store.list(100), store.eventsAfter(0, 100)])
        heard.length = 0
        expect(() => store.applyAlerts([rate(), resolved, broken])).toThrow()
        expect(() => store.appendTranscript(id, [{ role: 'user', content: 'x' }], [undefined as never])).toThrow()
        expect(() => store.append('no such incident', { kind: 'incident_resolved' })).toThrow()
        expect(JSON.stringify([store.list(100), store.eventsAfter(0, 100)])).toBe(before)
        expect(store.transcript(id)).toEqual([])
        expect(heard).toEqual([])
      })

      test('does not make the next one be heard twice or wrongly', () => {
        expect(() => store.applyAlerts([firing, broken])).toThrow()
        opened(other)
        expect(heard.map(({ event }) => event)).toMatchObject([{ kind: 'alert_firing', alertname: 'LabPartDown' }])
      })
    })

    describe('messages', () => {
      test('a message with the id of an earlier one is not stored again; without an id each counts', () => {
        const id = opened()
        const message = { sid: 'SM1', from: PERSON, body: 'why?', incidentId: id }
        expect(store.receiveMessage(message)).toEqual(expect.any(Number))
        expect(store.receiveMessage({ ...message, body: 'something else' })).toBeUndefined()
        expect(store.receiveMessage({ ...message, sid: null })).toEqual(expect.any(Number))
        expect(store.receiveMessage({ ...message, sid: null })).toEqual(expect.any(Number))
        expect(store.unansweredMessages().map(({ body }) => body)).toEqual(['why?', 'why?', 'why?'])
        expect(kinds(id).filter((kind) => kind === 'message_received')).toHaveLength(3)
      })

      test("a person's text goes into the transcript once, and the answer ends the work on it", () => {
        const id = opened()
        const message = store.receiveMessage({ sid: null, from: PERSON, body: 'why?', incidentId: id }) ?? 0
        store.beginAnswer(message)
        store.beginAnswer(message)
        expect(store.transcript(id)).toEqual([{ role: 'user', content: 'why?' }])
        expect(store.unansweredMessages()).toMatchObject([{ id: message, begun: true, incidentId: id, from: PERSON }])
        store.answer(message, { to: PERSON, body: 'because' }, [{ role: 'assistant', content: 'because' }])
        expect(store.unansweredMessages()).toEqual([])
        expect(store.transcript(id).at(-1)).toEqual({ role: 'assistant', content: 'because' })
        expect(store.outbox()).toMatchObject([{ incidentId: id, body: 'because' }])
      })

      test('a message without an incident is answered without one', () => {
        const message = store.receiveMessage({ sid: 'SM1', from: PERSON, body: 'hello', incidentId: null }) ?? 0
        store.beginAnswer(message)
        store.answer(message, { to: PERSON, body: 'which?' }, [])
        expect(store.outbox()).toMatchObject([{ incidentId: null, body: 'which?' }])
        expect(heard).toEqual([])
      })

      test('the outbox goes on in order; what is sent or given up leaves it, what failed for now stays', () => {
        const id = opened()
        for (const body of ['a', 'b', 'c'])
          store.conclude(id, { diagnosis: diagnosis(), madeBy: 'model', messages: [], message: { to: PERSON, body } })
        const [a, b, c] = store.outbox().map(({ id: each }) => each) as [number, number, number]
        for (const each of [a, b, c]) store.markSending(each)
        store.markSent(a, 'SM-a')
        store.markFailed(b, { code: '63016', message: 'closed', final: true, uncertain: false })
        store.markFailed(c, { code: 'unreachable', message: 'timeout', final: false, uncertain: true })
        expect(store.outbox()).toMatchObject([{ id: c, attempts: 1, uncertain: true }])
        store.markFailed(c, { code: '20429', message: 'slow down', final: false, uncertain: false })
        expect(store.outbox()).toMatchObject([{ id: c, uncertain: false }])
        expect(store.incidentOfSentMessage('SM-a')).toBe(id)
        expect(store.incidentOfSentMessage('SM-b')).toBeUndefined()
        expect(kinds(id).slice(-4)).toEqual(['message_sent', 'message_failed', 'message_failed', 'message_failed'])
      })

      test('tells which ids of the vendor belong to messages that were sent, also without an incident', () => {
        const message = store.receiveMessage({ sid: 'SM-in', from: PERSON, body: 'hello', incidentId: null }) ?? 0
        store.answer(message, { to: PERSON, body: 'which?' }, [])
        store.markSent(store.outbox()[0]?.id ?? 0, 'SM-out')
        expect(['SM-out', 'SM-other'].map((sid) => store.isSent(sid))).toEqual([true, false])
      })

      test('knows which incident a person talked about last', () => {
        const [one, two] = [opened(), opened(other)]
        expect(store.lastConversation(PERSON)).toEqual({ newest: undefined, newestFromPerson: undefined })
        store.receiveMessage({ sid: null, from: PERSON, body: 'why?', incidentId: one })
        store.receiveMessage({ sid: null, from: 'whatsapp:+15550100009', body: 'why?', incidentId: two })
        store.receiveMessage({ sid: null, from: PERSON, body: 'hm', incidentId: null })
        expect(store.lastConversation(PERSON)).toEqual({ newest: one, newestFromPerson: one })
        conclude(two)
        expect(store.lastConversation(PERSON)).toEqual({ newest: two, newestFromPerson: one })
      })
    })

    test.runIf(reopen)('a restart forgets nothing', () => {
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

      store = reopen?.(store) ?? store
      expect(all(store)).toEqual(before)
      expect(store.pendingInvestigations()).toEqual([pending])
      expect(store.unansweredMessages()).toMatchObject([
        { body: 'why?', begun: true },
        { body: 'and now?', begun: false },
      ])
      expect(store.outbox()).toMatchObject([
        { body: 'left sending', uncertain: true, attempts: 1 },
        { body: 'queued', uncertain: false },
      ])
      expect(store.receiveMessage({ sid: 'SM1', from: PERSON, body: 'why?', incidentId: id })).toBeUndefined()
      expect(store.applyAlerts([firing])).toMatchObject([{ reason: 'repeated' }])
      const newest = store.newestEventId()
      store.append(id, { kind: 'incident_resolved' })
      expect(store.newestEventId()).toBeGreaterThan(newest)
    })
  })
}

/** Fisher and Yates with a small linear congruential generator: the same order for the same seed. */
function shuffled<T>(list: T[], seed: number): T[] {
  let state = seed
  const below = (n: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * n)
  }
  const rest = [...list]
  return list.flatMap(() => rest.splice(below(rest.length), 1))
}
