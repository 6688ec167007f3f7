import type { ActionContext } from './action.ts'
import { readBefore, slisOf } from './read-slis.ts'
import type { Gauges } from './sli.ts'

/**
 * Whether there is still something to cure, by the figures that an action is judged by. `over`: what was bad is good, and no alert of the incident fires. `eased`: it is good, and an alert still
 * fires, which may be about something else or look back further. Where no figure was ever bad, e.g. because a leak has hurt nobody yet, it goes on.
 */
export type Trouble = { kind: 'over' | 'eased'; says: string } | { kind: 'going_on' }

/** @throws where the figures cannot be read. */
export async function readTrouble(gauges: readonly Gauges[], ids: readonly string[], context: ActionContext): Promise<Trouble> {
  const { judged, firing } = await readBefore(gauges, ids, context)
  const [main] = judged.filter(({ before, limit }) => before.worst !== null && before.worst > limit)
  if (!main || main.before.worst === null || judged.some(({ before, limit }) => before.now !== null && before.now > limit))
    return { kind: 'going_on' }
  const words = slisOf(gauges, [main.id])[0]?.says ?? String
  const says = `${words(main.before.worst)} at worst, ${main.before.now === null ? 'nothing can be read' : words(main.before.now)} now`
  return { kind: firing.length === 0 ? 'over' : 'eased', says }
}
