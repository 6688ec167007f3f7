import { setTimeout as delay } from 'node:timers/promises'
import type { HttpClient } from '@oncall-lab/service-kit/http-client'
import type { Witnesses } from '../../src/demo/witnesses.ts'
import { give, type Step, takeBack } from '../breaks/steps.ts'
import { until } from './fleet.ts'

/** What came of a proposal for a trouble that had ended by itself. */
export interface TooLate {
  /** `trouble_over` where code refused it for that; what happened instead otherwise. */
  reason: string
  message: string
}

/** An incident is closed some seconds after its last alert has ended: in this time the proposal has to come. */
const LOOK_EVERY_MS = 100

/** Breaks, lets the trouble end by itself once it is diagnosed, and proposes a restart when no alert of its incident fires any more and the incident is still open. */
export async function proposeTooLate(
  place: Parameters<typeof give>[0],
  { agent, witnesses }: { agent: HttpClient; witnesses: Witnesses },
  step: Step,
): Promise<TooLate> {
  const known = new Set((await witnesses.incidents()).map(({ id }) => id))
  await give(place, step)
  const { id } = await until('a diagnosis', 150, async () =>
    (await witnesses.incidents()).find((each) => !known.has(each.id) && each.diagnosis !== null),
  )
  await takeBack(place, step)
  const names = async () => new Set((await witnesses.incident(id)).alerts.map(({ alertname }) => alertname))
  for (const deadline = Date.now() + 200_000; Date.now() < deadline; await delay(LOOK_EVERY_MS)) {
    const [own, now] = await Promise.all([names(), witnesses.alerts()])
    if (!now.some(({ state, labels }) => state === 'firing' && own.has(labels.alertname ?? ''))) break
  }
  const proposal = { incident: id, action: 'restart_instance', arguments: { instance: `127.0.0.1:${place.ports[1]}` }, reason: 'It fails.' }
  const answer = await agent.post<{ proposed: string }>('/api/actions', proposal).catch(() => undefined)
  if (answer) return { reason: 'proposed', message: answer.proposed }
  const { timeline } = await witnesses.incident(id)
  const refused = timeline.map(({ event }) => event).findLast((event) => event.kind === 'action_refused')
  return { reason: refused?.reason ?? 'none', message: refused?.message ?? '' }
}
