import { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import type { Question } from '../facts/metric-queries.ts'
import { quoteFrom } from '../quote.ts'
import { clock, duration, excerpt } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

export const CHANGES: Question = { tool: 'list_changes', args: {} }
/** A change shows within this time. */
const NEAR_MS = 180_000
/** An alert fires a while after its trouble begins, so a change a moment after the trouble seems to begin may be its reason. */
const SLACK_MS = 10_000

type Change = ListChangesResult['changes'][number]

/** What somebody changed shortly before the alert. */
export const recentChange = defineSignal({
  about: 'what was changed',
  source: 'diary',
  levels: ['release', 'setting', 'fewer', 'other', 'earlier', 'none'],
  abnormal: ['release', 'setting'],
  questions: () => [CHANGES],
  read: (facts) => {
    const reading = facts.result(ListChangesResult, CHANGES)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { changes } = reading.value
    const began = facts.startedAt ?? facts.now
    const [newest] = changes
    if (!newest || began === undefined)
      return seen('none', 'nothing was changed within the last hour', { quote: quoteFrom(reading.call, '"changes":[]') })
    const near = changes.filter(({ at }) => began - Date.parse(at) <= NEAR_MS && Date.parse(at) - began <= SLACK_MS)
    const told = near.toSorted((a, b) => RANK.indexOf(levelOf(a)) - RANK.indexOf(levelOf(b)))[0]
    const change = told ?? newest
    const quote = quoteFrom(reading.call, `"at":"${change.at}"`, change.at)
    if (!told) return seen('earlier', `the last change (${describe(change)}) was at ${clock(change.at)}, well before this`, { quote })
    const before = Math.max(0, (began - Date.parse(told.at)) / 1_000)
    return seen(levelOf(told), `${describe(told)} at ${clock(told.at)}, ${duration(before)} before the alert, by ${excerpt(told.by, 60)}`, {
      quote,
    })
  },
})

const RANK = ['release', 'setting', 'fewer', 'other']

function levelOf({ what, from, to }: Change): 'release' | 'setting' | 'fewer' | 'other' {
  if (what.startsWith('deploy')) return 'release'
  if (what.startsWith('setting')) return 'setting'
  return what === 'scaled' && Number(to) < Number(from) ? 'fewer' : 'other'
}

function describe({ what, release, from, to }: Change): string {
  if (what.startsWith('deploy')) return `release ${release ?? to ?? 'unknown'} was put in place${from === null ? '' : ` of ${from}`}`
  if (what === 'scaled') return `the number of instances was changed from ${from ?? '?'} to ${to ?? '?'}`
  if (what.startsWith('setting'))
    return `the setting ${what.replace(/^\S+\s*/, '')} was changed from ${from ?? 'nothing'} to ${to ?? 'nothing'}`
  return `an instance was ${what}`
}
