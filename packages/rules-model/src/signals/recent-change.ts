import { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import type { Facts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { beganAt, isBeginKnown, onsetOf } from '../facts/onset.ts'
import { takenBack, tookBack, withoutTakenBack } from '../facts/taken-back.ts'
import { type Quote, quoteFrom } from '../quote.ts'
import { clock, excerpt } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

export const CHANGES: Question = { tool: 'list_changes', args: {} }
/** A change shows within this time; one that uses something up bit by bit, later. */
const NEAR_MS = 180_000
const SLOWLY_NEAR_MS = 900_000
/** An onset is known to a scrape or two. */
const SLACK_MS = 15_000
/** A change and a beginning this close are told as one moment; with scrapes every five seconds. What a setting does it does at once. */
const AT_ONCE_MS = 20_000
/** A change that comes after the beginning is that much further from it: it can be its cause only where the beginning is not known well. */
const AFTERWARDS = 3
/** Where nothing but the alert tells when it began. */
const ALERTS_LATER_MS = 60_000
/** Changes this close to each other cannot be told apart by their time. */
const SAME_MOMENT_MS = 5_000

type Change = ListChangesResult['changes'][number]

/** What somebody changed shortly before the trouble began. */
export const recentChange = defineSignal({
  about: 'what was changed',
  source: 'diary',
  levels: ['release', 'setting', 'setting_before', 'fewer', 'fewer_before', 'other', 'earlier', 'undated', 'none'],
  abnormal: ['release', 'setting', 'fewer'],
  needsAll: ['none'],
  questions: () => [CHANGES],
  read: (facts) => {
    const reading = facts.result(ListChangesResult, CHANGES)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const began = beganAt(facts)
    const onset = onsetOf(facts)
    // An alert comes a while after its trouble; what was set back in between may have brought it.
    const { changes } = reading.value
    const lasting = withoutTakenBack(changes, (began ?? 0) - (onset?.offMs ?? ALERTS_LATER_MS))
    const [newest] = changes
    const isDated = began !== undefined && isBeginKnown(facts)
    if (!newest) {
      const says = `nothing was changed within the last ${spanOf(reading.value)}`
      const quote = quoteFrom(reading.call, '"changes":[]')
      return isDated ? seen('none', says, { quote }) : seen('undated', `${says}; when the trouble began is not known`, { quote })
    }
    if (began === undefined) return undated(newest, quoteFrom(reading.call, `"at":"${newest.at}"`, newest.at))
    const nearMs = facts.symptoms.has('memory') || facts.symptoms.has('database') ? SLOWLY_NEAR_MS : NEAR_MS
    const near = lasting.filter(({ at }) => began - Date.parse(at) <= nearMs && Date.parse(at) - began <= SLACK_MS)
    // What was taken back before the trouble is not its cause. Of a change and the one that took it back, the first is told.
    const inForce = near.filter((each) => !tookBack(each, changes) && !(Date.parse(takenBack(each, changes)?.at ?? '') < began - SLACK_MS))
    const told = nearestOf(inForce, began)
    const change = told ?? newest
    const quote = quoteFrom(reading.call, `"at":"${change.at}"`, change.at)
    if (!told) {
      if (!isDated) return undated(change, quote)
      const before = lasting.includes(newest) ? 'well before this' : 'which set it back to what it had been'
      const when = Date.parse(newest.at) > began ? 'after it had begun' : before
      return seen('earlier', `the last change (${describeChange(change)}) was at ${clock(change.at)}, ${when}`, { quote })
    }
    const atOnceMs = Math.max(AT_ONCE_MS * facts.pace, SAME_MOMENT_MS, onset?.offMs ?? 0)
    const isAtOnce = Math.abs(began - Date.parse(told.at)) <= atOnceMs
    const instances = told.ports.length > 0 ? instancesOn(told.ports, facts) : []
    const level = levelOf(told)
    const back = takenBack(told, changes)
    const when = `${isAtOnce ? 'as it began' : 'before it began'}, by ${excerpt(told.by, 60)}`
    if (back && outlives(facts, back))
      return seen(
        'other',
        `${describeChange(told)} at ${clock(told.at)}, ${when}; it was taken back at ${clock(back.at)}, and the trouble goes on`,
        {
          quote,
          instances,
          text: `at ${clock(back.at)}`,
        },
      )
    return seen(
      isAtOnce ? level : level === 'fewer' ? 'fewer_before' : level === 'setting' && onset ? 'setting_before' : level,
      `${describeChange(told)} at ${clock(told.at)}, ${when}${back ? `; it was taken back at ${clock(back.at)}` : ''}`,
      {
        quote,
        instances,
        text: back && `at ${clock(back.at)}`,
        notes: [level === 'setting' ? told.what.replace(/^\S+\s*/, '') : (told.release ?? '')],
      },
    )
  },
})

function undated(change: Change, quote: Quote | undefined) {
  const says = `the last change (${describeChange(change)}) was at ${clock(change.at)}; whether the trouble began before or after it is not known`
  return seen('undated', says, { quote })
}

/** What the diary was asked for. */
export function spanOf({ window_seconds: seconds }: { window_seconds?: number | null }): string {
  return seconds === undefined || seconds === null || seconds === 3_600
    ? 'hour'
    : seconds % 60 === 0
      ? `${seconds / 60} minutes`
      : `${seconds} s`
}

/** So long a trouble may need to die away once its reason is gone. */
const DIES_AWAY_MS = 60_000

/** Whether the trouble still goes on well after that. */
function outlives(facts: Facts, back: Change): boolean {
  const { now, pace } = facts
  return now !== undefined && now - Date.parse(back.at) > DIES_AWAY_MS * pace && onsetOf(facts)?.endedAt === undefined
}

/** Of the changes of one moment the weightiest, else the one that the beginning is closest to: an earlier one had its time, and a later one may be what somebody did about it. */
function nearestOf(changes: Change[], began: number): Change | undefined {
  const telling = changes.filter((change) => levelOf(change) !== 'other')
  const all = telling.length > 0 ? telling : changes
  const offOf = ({ at }: Change) => {
    const ms = began - Date.parse(at)
    return ms >= 0 ? ms : AFTERWARDS * -ms
  }
  const [closest] = all.toSorted((a, b) => offOf(a) - offOf(b))
  return all
    .filter(({ at }) => closest !== undefined && Math.abs(Date.parse(closest.at) - Date.parse(at)) <= SAME_MOMENT_MS)
    .sort((a, b) => RANK.indexOf(levelOf(a)) - RANK.indexOf(levelOf(b)) || offOf(a) - offOf(b))[0]
}

function instancesOn(ports: number[], { instances }: Facts): string[] {
  if (instances.kind !== 'seen') return []
  const all = instances.value.instances
  const own = all.filter(({ port }) => ports.includes(port)).map(({ instance }) => instance)
  return own.length < all.length ? own : []
}

const RANK = ['release', 'setting', 'fewer', 'other']

function levelOf({ what, from, to }: Change): 'release' | 'setting' | 'fewer' | 'other' {
  if (what.startsWith('deploy')) return 'release'
  if (what.startsWith('setting')) return 'setting'
  return what === 'scaled' && Number(to) < Number(from) ? 'fewer' : 'other'
}

/** A change in a clause. */
export function describeChange({ what, release, from, to }: Change): string {
  if (what.startsWith('deploy')) return `release ${release ?? to ?? 'unknown'} was put in place${from === null ? '' : ` of ${from}`}`
  if (what === 'scaled') return `the number of instances was changed from ${from ?? '?'} to ${to ?? '?'}`
  if (what.startsWith('setting'))
    return `the setting ${what.replace(/^\S+\s*/, '')} was changed from ${from ?? 'nothing'} to ${to ?? 'nothing'}`
  if (what.startsWith('part_started')) return `the ${what.replace(/^\S+\s*/, '').replace('-', ' ')} was started`
  return `an instance was ${what}`
}
