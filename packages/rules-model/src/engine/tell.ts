import type { Facts } from '../facts/facts.ts'
import type { Story } from '../families/family.ts'
import type { Quote } from '../quote.ts'
import type { Seen } from '../signals/signal.ts'
import { type SignalId, signalOf } from '../signals/signals.ts'
import { excerpt, fit, list, sentence } from '../wording.ts'
import type { Verdict } from './judge.ts'
import { leftOver, secondCause } from './left-over.ts'
import { isAbnormal, type Observations, seenOf, storyOf } from './observe.ts'

/** A diagnosis in words, with a quote for each reading that the words use. */
export interface Told {
  rootCause: string
  component: string
  instances: string[]
  routes: string[]
  nextSteps: string[]
  suggestedFix: string | undefined
  place: { file: string; line: number } | undefined
  quotes: Quote[]
}

const LONGEST = 1_000

/** Tells the first verdict; `lead` and `end` are put around it. */
export function tell(
  facts: Facts,
  verdicts: [Verdict, ...Verdict[]],
  observations: Observations,
  { lead = '' }: { lead?: string } = {},
): Told {
  const [verdict] = verdicts
  const { family } = verdict
  const story = storyOf(facts, observations)
  const second = secondCause(facts, verdicts, observations)
  const reasons = family.tell.because.flatMap((signal) => reasonFor(verdict, signal, observations))
  const rest = second ? [] : leftOver(verdict, observations).slice(0, 2)
  const changed = changesBeside(observations, reasons)
  const pieces = [
    `${lead}${family.tell.headline(story)}`,
    ...reasons.map(({ says }) => sentence(says)),
    ...(family.tell.further?.(story) ?? []),
    ...(second ? [`There seems to be a second problem: ${lowerFirst(second.family.tell.headline(story))}`] : []),
    ...otherThanAlerted(facts, family.tell.instances ?? [], story),
    ...nearlyAsLikely(verdicts),
    ...(rest.length > 0 ? [`Not explained by this: ${list(rest.map(({ seen }) => seen.says))}.`] : []),
    ...unseenOf(verdict, observations),
    ...changed.map(({ says }) => `What changed: ${says}.`),
  ]
  const { place } = story
  return {
    rootCause: joinWithin(dropRepeats(pieces), LONGEST),
    component: family.tell.component(story),
    instances: whichInstances(facts, verdict, story, observations),
    routes: story.routes(...(family.tell.routes ?? ['errorRoutes'])),
    nextSteps: family.tell.steps(story),
    suggestedFix: family.tell.fix?.(story),
    place: family.tell.hasPlace && place ? { file: place.file, line: place.line } : undefined,
    // What the words use comes first: there is room for ten.
    quotes: [
      ...reasons,
      ...changed,
      ...rest.map(({ seen }) => seen),
      ...namers([...(family.tell.instances ?? [])], 'instances', observations),
      ...namers([...(family.tell.routes ?? ['errorRoutes'])], 'routes', observations),
      ...(second?.assessment.for.slice(0, 2).map(({ seen }) => seen) ?? []),
      ...verdict.assessment.for.map(({ seen }) => seen),
    ].flatMap(({ quote }) => quote ?? []),
  }
}

/** Where the counts could not be read, those that alone wrote what speaks most for the cause. */
function whichInstances({ instances }: Facts, { family, assessment }: Verdict, story: Story, observations: Observations): string[] {
  const named = story.instances(...(family.tell.instances ?? []))
  if (named.length > 0 || observations.errorInstances.kind === 'seen' || instances.kind !== 'seen') return named
  const top =
    assessment.for.find(({ signal, seen }) => signalOf(signal).source === 'log' && seen.level === 'dominant')?.seen.instances ?? []
  return top.length < instances.value.instances.length ? top : []
}

/** The reading that the instances or routes are named by. */
function namers(ids: readonly SignalId[], part: 'instances' | 'routes', observations: Observations): Seen[] {
  return ids
    .flatMap((id) => seenOf(observations, id) ?? [])
    .filter((seen) => (seen[part]?.length ?? 0) > 0)
    .slice(0, 1)
}

/** A reading is a reason unless it speaks against. */
function reasonFor({ family }: Verdict, signal: SignalId, observations: Observations): Seen[] {
  const seen = seenOf(observations, signal)
  const weights: Record<string, number | undefined> | undefined = family.evidence[signal]
  const weight = seen && weights?.[seen.level]
  return seen && ((weight ?? 0) > 0 || (weight === undefined && isAbnormal(signal, seen))) ? [seen] : []
}

/** The alert's labels are evidence: a cause on another instance has to say so. */
function otherThanAlerted({ subject }: Facts, ids: readonly SignalId[], story: Story): string[] {
  const named = subject.instances.filter((name) => !name.startsWith(':'))
  const found = story.instances(...ids)
  const meets = found.some((instance) => named.includes(instance))
  return named.length === 0 || found.length === 0 || meets
    ? []
    : [`The alert names ${list(named.slice(0, 3))}; what I see is on ${list(found.slice(0, 3))}.`]
}

/** Another cause that the readings do not tell from the first. */
function nearlyAsLikely([best, ...others]: [Verdict, ...Verdict[]]): string[] {
  const close = others.filter(({ probability }) => probability >= 0.5 * best.probability).slice(0, 2)
  return close.length > 0 ? [`Nearly as likely: ${list(close.map(({ family }) => lowerFirst(family.name)))}.`] : []
}

/** What the cause would need and a function failed to give, by the reason. */
function unseenOf({ family }: Verdict, observations: Observations): string[] {
  const byWhy = new Map<string, string>()
  for (const id of Object.keys(family.evidence) as SignalId[]) {
    const found = observations[id]
    if (found.kind === 'failed' && !byWhy.has(found.why)) byWhy.set(found.why, `${signalOf(id).about} (${excerpt(found.why, 80)})`)
  }
  return byWhy.size > 0 ? [`Could not be seen: ${[...byWhy.values()].slice(0, 3).join('; ')}.`] : []
}

/** What changed is said even when it is innocent. */
function changesBeside(observations: Observations, said: readonly Seen[]): Seen[] {
  const release = seenOf(observations, 'release')
  const diary = seenOf(observations, 'recentChange')
  const isNews = (seen: Seen | undefined, ...levels: string[]): seen is Seen =>
    seen !== undefined && levels.includes(seen.level) && !said.includes(seen)
  return [
    ...(isNews(diary, 'release', 'setting', 'setting_before', 'fewer', 'fewer_before', 'other') ? [diary] : []),
    ...(isNews(release, 'mixed', 'replaced', 'only_new_in_trouble') ? [release] : []),
  ]
}

function dropRepeats(pieces: string[]): string[] {
  return pieces.filter(
    (piece, index) =>
      piece !== '' &&
      pieces.indexOf(piece) === index &&
      !pieces.slice(0, index).some((earlier) => earlier.toLowerCase().includes(piece.toLowerCase().replace(/\.$/, ''))),
  )
}

/** Whole sentences as far as they fit. */
function joinWithin(pieces: string[], length: number): string {
  const [first = '', ...rest] = pieces
  return rest.reduce((text, piece) => (text.length + piece.length + 1 <= length ? `${text} ${piece}` : text), fit(first, length))
}

/** `The database …` within a sentence; names keep their capitals. */
function lowerFirst(text: string): string {
  return /^(The|A|An|One|Another|Connections|Processes|Requests|Memory|Writes|Instances|Computing|Long|Transactions|Retries|More|Fewer|Waiting|Data|Something|Monitoring|Everything|Code|File)\b/.test(
    text,
  )
    ? `${text.charAt(0).toLowerCase()}${text.slice(1)}`
    : text
}
