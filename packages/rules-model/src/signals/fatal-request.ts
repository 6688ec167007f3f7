import { recentDeaths } from '../facts/deaths.ts'
import { type Facts, FIRST_LOGS } from '../facts/facts.ts'
import { quoteFrom } from '../quote.ts'
import { excerpt, list } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** A request as any log writes it: the method, then a path with its values. */
const REQUEST = /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) (\/[^\s"'),;]*)/g
const LAST_WORDS_MS = 10_000

/** Whether the processes that died were serving one and the same request when they did: what it asks for kills whoever reads it. */
export const fatalRequest = defineSignal({
  about: 'what the processes did when they died',
  source: 'exits',
  levels: ['same_request', 'same_error', 'different'],
  abnormal: ['same_request', 'same_error'],
  questions: () => [FIRST_LOGS],
  read: (facts) => {
    const { logs } = facts
    const deaths = recentDeaths(facts)
    if (logs.kind !== 'seen' || deaths.length === 0) return unread(logs) ?? EMPTY
    const last = lastWords(facts)
    const instances = [...new Set(last.map(({ instance }) => instance))]
    if (last.length < 2 || instances.length < 2) return EMPTY
    const paths = last.map(({ message }) => new Set([...message.matchAll(REQUEST)].map(([, path]) => path ?? '')))
    const common = [...(paths[0] ?? [])].find(
      (path) => /\d|[^/]{12,}/.test(path) && paths.filter((each) => each.has(path)).length >= 0.8 * paths.length,
    )
    const words = last.at(-1)?.message ?? ''
    const quote = quoteFrom(logs.call, words.slice(0, 80), words)
    if (common)
      return seen('same_request', `${list(instances)} died one after the other while serving ${excerpt(common, 80)}`, {
        quote,
        instances,
        text: common,
      })
    const errors = new Set(last.map(({ error, message }) => error ?? message.slice(0, 30)))
    return errors.size === 1
      ? seen('same_error', `${list(instances)} died with the same error`, { quote, instances, text: words })
      : seen('different', 'the processes died with different last words', { quote })
  },
})

/** What the processes wrote last before an exit of theirs, which an uncaught error brings. */
function lastWords({ logs, instances }: Facts) {
  if (logs.kind !== 'seen' || instances.kind !== 'seen') return []
  return instances.value.instances.flatMap(({ instance, exits = [], last_exit }) => {
    const ends = [
      ...exits.filter(({ expected, signal }) => !expected && signal === null),
      ...(last_exit && last_exit.signal === null ? [last_exit] : []),
    ]
    const times = [...new Set(ends.map(({ at }) => at))]
    return times.flatMap((at) => {
      const before = logs.value.result.entries.filter(
        (entry) =>
          entry.instance === instance &&
          Date.parse(entry.ts) <= Date.parse(at) + 1_000 &&
          Date.parse(at) - Date.parse(entry.ts) <= LAST_WORDS_MS,
      )
      return before.slice(-1)
    })
  })
}
