import { expect, test } from 'vitest'
import { receivedAlert } from '../test-parts/alerts.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import { overText } from './delivery/over-text.ts'
import { clockOf } from './incident-clock.ts'
import { incidentReport } from './incident-report.ts'
import { wholeIncident } from './incident-routes.ts'
import { createSqliteStore } from './store/sqlite/sqlite-store.ts'
import { findSimilarIncidents } from './targets/memory/find-similar-incidents.ts'

const MINUTES_10 = 600_000
const STEPS = 6

/** A minus before a figure, where no time of day and no label has one. */
const NEGATIVE = /(?:^|[\s|(:"])-\d/m

test.each(
  Array.from({ length: STEPS }, (_, step) => [step, -MINUTES_10] as const).concat(
    Array.from({ length: STEPS }, (_, step) => [step, MINUTES_10] as const),
  ),
)('no duration is negative when the clock moves before step %i by %i ms', async (moved, byMs) => {
  let offsetMs = 0
  await using store = createSqliteStore(':memory:', { now: () => new Date(Date.now() + offsetMs) })
  let incidentId = ''
  const steps = [
    async () => {
      incidentId = (await store.alerts.apply([receivedAlert()]))[0]?.incidentId ?? ''
    },
    () => store.incidents.conclude(incidentId, { diagnosis: diagnosis(), madeBy: 'model' }),
    async () => {
      const id = await store.outbox.queue({ incidentId, to: 'whatsapp:+15550100001', kind: 'page', body: 'a page' })
      await store.outbox.markSending(id)
      await store.outbox.markAccepted(id, 'SM1')
    },
    () => store.inbox.receive({ vendorId: 'SM2', from: 'whatsapp:+15550100001', body: 'on it', incidentId }),
    () => store.incidents.acknowledge(incidentId, 'whatsapp:+15550100001'),
    () => store.alerts.apply([receivedAlert({ status: 'resolved' })]),
  ]
  expect(steps).toHaveLength(STEPS)
  for (const [i, step] of steps.entries()) {
    if (i === moved) offsetMs = byMs
    await step()
  }
  const incident = await store.incidents.find(incidentId)
  if (!incident) throw new Error('There is one')
  expect(incident.status).toBe('resolved')
  const whole = await wholeIncident(store, incident, () => 'http://127.0.0.1:8087/incidents/I1')
  const similar = await findSimilarIncidents(() => store).run({}, { incident: { ...incident, id: 'another' } } as never) // It reads nothing else.
  expect(similar).toMatchObject({ similar: [{ ref: 'I1' }] })
  for (const text of [
    overText(incident, undefined),
    incidentReport(whole),
    JSON.stringify(clockOf({ ...incident, timeline: await store.incidents.timeline(incidentId) })),
    JSON.stringify(similar),
  ])
    expect(text).not.toMatch(NEGATIVE)
})
