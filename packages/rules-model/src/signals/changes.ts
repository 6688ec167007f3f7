import type { ListedInstance } from '@oncall-lab/on-call-agent/functions'
import { type Facts, INSTANCES } from '../facts/facts.ts'
import { troubleBegan } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { beganAt } from '../facts/onset.ts'
import { samplesOf } from '../facts/series.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { clock, list } from '../wording.ts'
import { errorInstances } from './errors.ts'
import { slowInstances } from './latency.ts'
import { recentChange } from './recent-change.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** A release or a restart shows in errors and rates within this time. */
const NEAR_MS = 180_000
/** An onset is known to a scrape or two. */
const SLACK_MS = 15_000

const versionOf = ({ release, commit }: ListedInstance) => `${release ?? '?'} ${commit ?? '?'}`

/** What the instances run, and since when: whether a release or a restart meets the beginning of the trouble. */
export const release = defineSignal({
  about: 'releases and restarts',
  source: 'changes',
  levels: ['only_new_in_trouble', 'mixed', 'replaced', 'unchanged'],
  abnormal: ['only_new_in_trouble', 'replaced'],
  questions: () => [INSTANCES],
  read: (facts) => {
    const { instances } = facts
    if (instances.kind !== 'seen') return unread(instances) ?? EMPTY
    const all = instances.value.instances.filter(({ state }) => state === 'running')
    if (all.length === 0) return EMPTY
    const versions = [...new Set(all.map(versionOf))]
    const fresh = all.filter(startedNear(facts))
    const quote = quoteFrom(
      instances.call,
      ...memberOf('started_at', fresh[0]?.started_at ?? all[0]?.started_at),
      ...memberOf('commit', all[0]?.commit),
    )
    if (versions.length > 1) return judgeMixed(facts, all, quote)
    const [first] = fresh
    // What was put in place then may have been taken back since.
    const diary = recentChange.read(facts)
    if (diary.kind === 'seen' && diary.level === 'release' && fresh.length < all.length) return EMPTY
    if (!first || fresh.length < all.length)
      return seen('unchanged', 'no release and no restart of all instances met the beginning of this', { quote })
    const when = first.started_at === null ? '' : ` (${clock(first.started_at)})`
    return seen('replaced', `all instances were replaced on purpose shortly before${when}: a release or a restart`, { quote })
  },
})

function startedNear(facts: Facts) {
  const began = beganAt(facts)
  return ({ started_at, exits = [] }: ListedInstance) => {
    const at = started_at === null ? Number.NaN : Date.parse(started_at)
    // A first start has no process before it, and one after a crash none that was told to end.
    const replaced = exits.some((exit) => exit.expected && Math.abs(at - Date.parse(exit.at)) < 60_000)
    return began !== undefined && at <= began + SLACK_MS && began - at <= NEAR_MS && replaced
  }
}

/** Instances run different releases: whether exactly the odd ones are in trouble. */
function judgeMixed(facts: Facts, all: ListedInstance[], quote: ReturnType<typeof quoteFrom>) {
  const trouble = [errorInstances.read(facts), slowInstances.read(facts)].find(
    (found) => found.kind === 'seen' && (found.spared?.length ?? 0) > 0,
  )
  const bad = new Set(trouble?.kind === 'seen' ? trouble.instances : [])
  const affected = all.filter(({ instance }) => bad.has(instance))
  const [first] = affected
  const same = first && all.every((one) => bad.has(one.instance) === (versionOf(one) === versionOf(first)))
  if (first && same) {
    const names = affected.map(({ instance }) => instance)
    return seen(
      'only_new_in_trouble',
      `only ${list(names)} ${names.length === 1 ? 'runs' : 'run'} ${nameVersion(first)}, and only there is the trouble`,
      {
        quote: quoteFrom(facts.instances.kind === 'seen' ? facts.instances.call : never(), ...memberOf('commit', first.commit)) ?? quote,
        instances: names,
        spared: all.map(({ instance }) => instance).filter((name) => !bad.has(name)),
      },
    )
  }
  return seen('mixed', 'the instances run different releases', { quote })
}

function never(): never {
  throw new Error('read before it was seen')
}

/** A release by its number, and by its commit where that tells it from the others. */
function nameVersion({ release: name, commit }: ListedInstance): string {
  return `release ${name ?? 'unknown'}${commit && commit !== 'unknown' ? ` (commit ${commit.slice(0, 7)})` : ''}`
}

/** With scrapes every five seconds. */
const LONG_AGO_MS = 600_000

/** Whether fewer instances are wanted than before. */
export const scaling = defineSignal({
  about: 'how many instances are wanted',
  source: 'changes',
  levels: ['fewer', 'more', 'same'],
  abnormal: ['fewer'],
  questions: ({ job }) => [askMetric('replicas_wanted', job)],
  read: (facts) => {
    const reading = facts.metric('replicas_wanted')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const [series] = reading.value
    const samples = series ? samplesOf(series) : []
    const last = samples.at(-1)
    // Changes of long ago are innocent, and of several the last one counts.
    const recent = samples.filter(({ at }) => at >= troubleBegan(facts) - LONG_AGO_MS * facts.pace)
    const before = recent.findLast(({ value }) => value !== last?.value) ?? recent[0]
    // One sample alone compares with nothing.
    if (!last || !before || !series || before === last) return EMPTY
    const quote = quoteFrom(reading.call, JSON.stringify(series.points.at(-1)))
    if (last.value === before.value) return seen('same', `${last.value} instances are wanted, as before`, { quote })
    return seen(
      last.value < before.value ? 'fewer' : 'more',
      `${last.value} ${last.value === 1 ? 'instance is' : 'instances are'} wanted now, ${before.value} before`,
      { quote },
    )
  },
})
