import { describe, expect } from 'vitest'
import { receivedAlert, secondsAgo } from '../../../test-parts/alerts.ts'
import { ALERTS_OF_AN_INCIDENT } from '../../incidents/alerts-of-an-incident.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import { firing, other, rate, resolved } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

/** Which incident an alert opens, joins and ends, in whatever order the webhooks come. */
export function alertsContract(test: StoreTest): void {
  describe('alerts', () => {
    test('one episode is one incident, however often its webhooks come', async ({ store, opened, kinds }) => {
      const id = await opened()
      expect(await store.alerts.apply([firing, firing])).toEqual(Array(2).fill({ reason: 'repeated', incidentId: id, effect: 'none' }))
      expect(await store.alerts.apply([resolved])).toEqual([{ reason: 'resolved', incidentId: id, effect: 'resolved' }])
      expect(await store.alerts.apply([resolved])).toMatchObject([{ reason: 'resolved_again', effect: 'none' }])
      expect(await store.alerts.apply([firing])).toMatchObject([{ reason: 'late', effect: 'none' }])
      expect(await store.incidents.list(10)).toHaveLength(1)
      expect(await kinds(id)).toEqual(['alert_firing', 'alert_resolved', 'incident_resolved'])
    })

    test('a resolve opens nothing, and its firing that comes late opens nothing either', async ({ store }) => {
      expect(await store.alerts.apply([resolved])).toEqual([{ reason: 'resolved_before_firing', incidentId: null, effect: 'none' }])
      expect(await store.alerts.apply([firing])).toMatchObject([{ reason: 'late', effect: 'none' }])
      expect(await store.incidents.list(10)).toEqual([])
      expect(await store.incidents.pendingInvestigations()).toEqual([])
    })

    test('the resolve of a later episode ends the open one, and the late firing of that later one opens nothing', async ({
      store,
      opened,
    }) => {
      const later = secondsAgo(20)
      const id = await opened()
      expect(await store.alerts.apply([{ ...resolved, startsAt: later, endsAt: secondsAgo(10) }])).toEqual([
        { reason: 'later_episode_resolved', incidentId: id, effect: 'resolved' },
      ])
      expect(await store.alerts.apply([{ ...firing, startsAt: later }])).toMatchObject([{ reason: 'late', effect: 'none' }])
      expect(await store.incidents.list(10)).toHaveLength(1)
    })

    test('the alerts of one service join its open incident, those of another service open their own', async ({ store, opened }) => {
      const id = await opened(receivedAlert({ alertname: 'InventoryHighLatency', severity: 'warning' }))
      expect(await store.alerts.apply([rate(), other])).toMatchObject([{ incidentId: id, effect: 'joined' }, { effect: 'opened' }])
      expect(await store.incidents.find(id)).toMatchObject({ ref: 'I1', severity: 'critical', status: 'investigating' })
      expect((await store.incidents.find(id))?.alerts.map(({ alertname }) => alertname)).toEqual([
        'InventoryHighLatency',
        'InventoryHighErrorRate',
      ])
      expect((await store.incidents.list(10)).map(({ ref }) => ref)).toEqual(['I2', 'I1'])
    })

    test('of a storm the oldest and the newest alerts are read, those that fire first', async ({ store, opened }) => {
      const number = (i: number) => receivedAlert({ fingerprint: `f${i}` })
      const id = await opened(number(0))
      await store.alerts.apply(Array.from({ length: 2 * ALERTS_OF_AN_INCIDENT }, (_, i) => number(i + 1)))
      const fingerprints = async () => (await store.incidents.find(id))?.alerts.map(({ fingerprint }) => fingerprint) ?? []
      expect(await fingerprints()).toHaveLength(ALERTS_OF_AN_INCIDENT)
      expect([(await fingerprints()).at(0), (await fingerprints()).at(-1)]).toEqual(['f0', `f${2 * ALERTS_OF_AN_INCIDENT}`])
      await store.alerts.apply([{ ...number(0), status: 'resolved', endsAt: secondsAgo(0) }])
      expect((await fingerprints()).at(0)).toBe('f1')
    })

    test('a more severe alert opens an incident of its own once the open one has been paged', async ({ store, opened, page }) => {
      const id = await opened(receivedAlert({ alertname: 'InventoryHighMemory', severity: 'warning' }))
      await page(id)
      const [critical] = await store.alerts.apply([rate()])
      expect(critical).toMatchObject({ effect: 'opened' })
      const weaker = receivedAlert({ alertname: 'InventoryHighLatency', severity: 'warning' })
      expect(await store.alerts.apply([weaker])).toMatchObject([{ effect: 'joined', incidentId: critical?.incidentId }])
    })

    test('a group in which one alert ends and another begins keeps its incident open', async ({ store, opened }) => {
      const id = await opened()
      expect(await store.alerts.apply([resolved, rate()])).toEqual([
        { reason: 'resolved', incidentId: id, effect: 'episode_ended' },
        { reason: 'new_episode', incidentId: id, effect: 'joined' },
      ])
    })

    test('a weaker alert that joins leaves the severity', async ({ store, opened }) => {
      const id = await opened()
      await store.alerts.apply([rate({ severity: 'warning' }), receivedAlert({ alertname: 'Odd', severity: 'no such severity' })])
      expect((await store.incidents.find(id))?.severity).toBe('critical')
    })

    test('an incident closes with its last episode', async ({ store, opened }) => {
      const id = await opened()
      await store.alerts.apply([rate()])
      expect(await store.alerts.apply([resolved])).toEqual([{ reason: 'resolved', incidentId: id, effect: 'episode_ended' }])
      expect(await store.incidents.find(id)).toMatchObject({ status: 'investigating', resolved_at: null })
      expect(await store.alerts.apply([rate({ status: 'resolved' })])).toEqual([{ reason: 'resolved', incidentId: id, effect: 'resolved' }])
      expect(await store.incidents.find(id)).toMatchObject({ status: 'resolved', resolved_at: expect.stringMatching(/Z$/) })
    })

    test('a new firing after the end is a new incident; a refiring without an end stays in the open one', async ({ store, opened }) => {
      const id = await opened()
      expect(await store.alerts.apply([{ ...firing, startsAt: secondsAgo(30) }])).toEqual([
        { reason: 'refired_without_resolve', incidentId: id, effect: 'joined' },
      ])
      expect(await store.alerts.openEpisodes()).toHaveLength(1)
      await store.alerts.apply([{ ...resolved, startsAt: secondsAgo(30) }])
      expect(await store.alerts.apply([{ ...firing, startsAt: secondsAgo(10) }])).toMatchObject([{ effect: 'opened' }])
      expect((await store.incidents.list(10)).map(({ status }) => status)).toEqual(['investigating', 'resolved'])
    })

    test('an episode whose resolve never comes can be ended', async ({ store, opened }) => {
      const id = await opened()
      const [episode] = await store.alerts.openEpisodes()
      expect(episode).toMatchObject({ alertname: firing.alertname, fingerprint: firing.fingerprint })
      expect(await store.alerts.endEpisodes([episode?.id ?? 0], 'gone')).toMatchObject([
        { reason: 'gone', incidentId: id, effect: 'resolved' },
      ])
      expect(await store.alerts.openEpisodes()).toEqual([])
      expect((await store.incidents.timeline(id))[1]?.event).toMatchObject({ kind: 'alert_resolved', source: 'reconciled' })
    })

    test('shuffled and repeated webhooks end in the same open episodes, each in one open incident', async ({ store }) => {
      const at = (step: number) => secondsAgo(40 - 10 * step)
      const history = (service: string) =>
        ['A', 'B'].flatMap((alertname) =>
          [0, 1, 2].flatMap((step): ReceivedAlert[] => {
            const alert = receivedAlert({ alertname, service, startsAt: at(step) })
            // The last episode of B goes on.
            return alertname === 'B' && step === 2 ? [alert] : [alert, { ...alert, status: 'resolved', endsAt: at(step + 1) }]
          }),
        )
      const orders = Array.from({ length: 60 }, (_, seed) => {
        const service = `s${seed}`
        return { service, order: shuffled([...history(service), ...history(service)], seed + 1) }
      })
      await Promise.all(
        orders.map(async ({ order }) => {
          for (const alert of order) await store.alerts.apply([alert])
        }),
      )
      const open = await store.alerts.openEpisodes()
      const incidents = await store.incidents.list(1_000)
      for (const { service, order } of orders) {
        const said = JSON.stringify(order.map(({ alertname, startsAt, status }) => [alertname, startsAt, status]))
        expect(
          open.flatMap(({ fingerprint }) => (fingerprint.endsWith(`-${service}`) ? fingerprint : [])),
          said,
        ).toEqual([`fp-B-${service}`])
        const own = incidents.filter((incident) => incident.service === service)
        const going = own.filter(({ resolved_at }) => resolved_at === null)
        expect(going, said).toHaveLength(1)
        expect(
          going[0]?.alerts.filter(({ ends_at }) => ends_at === null),
          said,
        ).toMatchObject([{ alertname: 'B', starts_at: at(2) }])
        const episodes = own.flatMap(({ alerts }) => alerts.map(({ fingerprint, starts_at }) => `${fingerprint} ${starts_at}`))
        expect(new Set(episodes).size, said).toBe(episodes.length)
      }
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
