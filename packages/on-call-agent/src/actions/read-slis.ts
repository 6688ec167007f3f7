import type { ActionContext } from './action.ts'
import type { Judged, Look } from './decide-outcome.ts'
import type { AlertLag, Gauges, Sli } from './sli.ts'

/** The figures of these ids, from whichever target has them. */
export function slisOf(gauges: readonly Gauges[], ids: readonly string[]): Sli[] {
  return ids.flatMap((id) => gauges.flatMap(({ slis }) => slis.find((sli) => sli.id === id) ?? []).slice(0, 1))
}

/** What the figures and the alerts are before an action. @throws where they cannot be read: what cannot be judged is not done. */
export async function readBefore(
  gauges: readonly Gauges[],
  ids: readonly string[],
  { incident, signal }: ActionContext,
): Promise<{ judged: Omit<Judged, 'says'>[]; firing: string[] }> {
  const judged = await Promise.all(
    slisOf(gauges, ids).map(async (sli) => ({ id: sli.id, limit: sli.limit, grain: sli.grain, before: await sli.read(incident, signal) })),
  )
  return { judged, firing: await readFiring(gauges, { incident, signal }) }
}

/** The present values. */
export async function readLook(gauges: readonly Gauges[], ids: readonly string[], seconds: number, context: ActionContext): Promise<Look> {
  const readings = await Promise.all(
    slisOf(gauges, ids).map(async (sli) => [sli.id, (await sli.read(context.incident, context.signal)).now] as const),
  )
  return { seconds, values: Object.fromEntries(readings), firing: await readFiring(gauges, context) }
}

/** As the targets see them; without one that does, as they were told to us. */
async function readFiring(gauges: readonly Gauges[], { incident, signal }: ActionContext): Promise<string[]> {
  if (gauges.length > 0) return [...new Set((await Promise.all(gauges.map((gauge) => gauge.firing(incident, signal)))).flat())]
  return [...new Set(incident.alerts.filter(({ ends_at }) => ends_at === null).map(({ alertname }) => alertname))]
}

/** How long the incident's alerts can fire on; none where that cannot be read now. */
export async function readLags(gauges: readonly Gauges[], { incident, signal }: ActionContext): Promise<AlertLag[]> {
  const read = await Promise.allSettled(gauges.map(async (gauge) => (await gauge.lags?.(incident, signal)) ?? []))
  signal.throwIfAborted()
  return read.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
}
