import type { Incident } from '@oncall-lab/on-call-agent/api'
import { episodesOf, stateOfMessage, tellings } from './trial-lab.ts'

interface Expected {
  /** Every episode that fired, as `keyOf` names it. */
  fired: string[]
  /** Those of them that ended. */
  ended: string[]
}

/** What came of the alerts: all but the first two and `messages` is 0 when nothing was lost and nothing happened twice. */
export function judge(incidents: Pick<Incident, 'ref' | 'alerts' | 'resolved_at'>[], messages: string[], { fired, ended }: Expected) {
  const episodes = episodesOf(incidents)
  const told = tellings(messages)
  const untold = incidents.flatMap(({ ref, resolved_at }) => [
    ...(told.has(`${ref} diagnosis`) ? [] : [`${ref} page`]),
    ...(resolved_at === null || told.has(`${ref} end`) ? [] : [`${ref} end`]),
  ])
  const twice = [...told].filter(([, count]) => count > 1)
  if (untold.length + twice.length > 0) {
    console.error({ untold, twice })
    for (const [state] of twice.slice(0, 3))
      for (const body of messages.filter((each) => stateOfMessage(each) === state)) console.error(`${state}:\n${body}\n`)
  }
  return {
    incidents: incidents.length,
    resolved: incidents.filter(({ resolved_at }) => resolved_at !== null).length,
    lost: fired.filter((key) => !episodes.has(key)).length,
    open: ended.filter((key) => episodes.get(key)?.ended === 0).length,
    inTwo: [...episodes.values()].filter(({ refs }) => refs.length > 1).length,
    messages: messages.length,
    untold: untold.length,
    toldTwice: twice.length,
  }
}
