import { ERROR_RATE, type Facts } from '../facts/facts.ts'
import { errorOnset } from '../facts/onset.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { percent } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** From this probability on a scope is told as the one. */
const LIKELY = 0.6

/** The likeliest scope of the failures; undefined when none stands out. */
export function likeliestScope({ rate }: Pick<Facts, 'rate'>) {
  if (rate.kind !== 'seen' || !rate.value.onset || rate.value.onset.ended_at !== null) return undefined
  const [top] = rate.value.scopes ?? []
  return top && top.probability >= LIKELY ? top : undefined
}

/** Where requests have failed since the onset, by likelihood against what was usual. */
export const errorScope = defineSignal({
  about: 'where requests fail',
  source: 'scope',
  levels: ['release', 'instance', 'route', 'instance_and_route', 'everywhere'],
  abnormal: [],
  questions: () => [ERROR_RATE],
  read: (facts) => {
    const { rate } = facts
    if (rate.kind !== 'seen') return unread(rate) ?? EMPTY
    const scope = likeliestScope(facts)
    const onset = errorOnset(facts)
    if (!scope || !onset) return EMPTY
    const { instance, route, release, error_rate, error_rate_outside } = scope
    const where = [route && `requests to ${route}`, instance && `on ${instance}`, release && `on release ${release}`]
      .filter(Boolean)
      .join(' ')
    const says = where
      ? `${onset.says}: ${where} ${percent(error_rate)} of them, elsewhere ${percent(error_rate_outside)}`
      : `${onset.says}, everywhere alike (${percent(error_rate)})`
    const level = release ? 'release' : instance ? (route ? 'instance_and_route' : 'instance') : route ? 'route' : 'everywhere'
    return seen(level, says, {
      quote: quoteFrom(rate.call, ...memberOf('at', rate.value.onset?.at), ...memberOf('error_rate', error_rate)),
      ...(instance && { instances: [instance] }),
      ...(route && { routes: [route] }),
    })
  },
})
