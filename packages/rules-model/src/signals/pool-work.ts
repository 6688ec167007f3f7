import { ActiveConnectionsResult } from '@oncall-lab/on-call-agent/database-functions'
import { loggedOfKind } from '../facts/database.ts'
import { type Facts, largestNow } from '../facts/facts.ts'
import { askMetric, type Question } from '../facts/metric-queries.ts'
import { poolsNow } from '../facts/pool.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

export const SESSIONS: Question = { tool: 'get_active_connections', args: {} }
/** Of the taken connections, so many that do nothing. */
const HELD_SHARE = 0.3
const AT_WORK_SHARE = 0.6
/** No statement takes longer: each connection is soon free again. */
const BRISK_SECONDS = 0.1

/** Whether requests are short of a connection: only then it matters what the taken ones do. */
const isShort = (facts: Facts) => poolsNow(facts).some(({ full }) => full) || loggedOfKind(facts, 'pool_timeout').length > 0

/**
 * What the database sees of the connections that the pools count as taken. A session that has been quiet for seconds is one that lies in the pool, or one that somebody took
 * and does nothing with: where more are quiet than lie in the pools, the rest is held. A slow query or a lock shows as a session at work.
 */
export const poolWork = defineSignal({
  about: 'what the taken connections do',
  source: 'work',
  levels: ['held', 'brisk', 'at_work'],
  abnormal: ['held'],
  questions: (facts) => (isShort(facts) ? [SESSIONS, askMetric('pool_connections', facts.job)] : []),
  read: (facts) => {
    const reading = facts.result(ActiveConnectionsResult, SESSIONS)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const pools = poolsNow(facts)
    const taken = pools.reduce((sum, { inUse }) => sum + inUse, 0)
    // Where it is not told how many are open, no more than the pools may hold.
    const open = largestNow(facts.metric('pool_connections'))?.value ?? pools.reduce((sum, { size }) => sum + size, 0)
    const own = reading.value.groups.filter(({ application }) => isOf(facts.service, application))
    if (taken === 0 || own.length === 0 || !isShort(facts)) return EMPTY
    const idle = own.filter(({ state }) => state.startsWith('idle'))
    const quiet = idle.reduce((sum, group) => sum + (group.quiet ?? 0), 0)
    const busy = own.filter(({ state }) => state === 'active').reduce((sum, { sessions }) => sum + sessions, 0)
    const held = quiet - Math.max(0, open - taken)
    const [most] = idle.toSorted((a, b) => (b.quiet ?? 0) - (a.quiet ?? 0))
    const quote = quoteFrom(reading.call, ...memberOf('quiet', most?.quiet), ...memberOf('application', own[0]?.application))
    if (held >= 2 && held >= HELD_SHARE * taken)
      return seen(
        'held',
        `the database sees ${most?.quiet} sessions of ${facts.service} that have done nothing for seconds, while requests wait for a connection`,
        { quote },
      )
    const active = own.filter(({ state }) => state === 'active')
    const longest = Math.max(0, ...active.map(({ longest_seconds }) => longest_seconds ?? Number.POSITIVE_INFINITY))
    if (active.length > 0 && longest < BRISK_SECONDS && quiet < HELD_SHARE * taken)
      return seen(
        'brisk',
        `the database works for the taken connections, and no statement takes longer than ${Math.ceil(longest * 1_000)} ms`,
        {
          quote: quoteFrom(reading.call, ...memberOf('longest_seconds', longest)),
        },
      )
    return busy >= AT_WORK_SHARE * taken
      ? seen('at_work', 'the database is at work for most of the connections that are taken', { quote })
      : EMPTY
  },
})

function isOf(service: string, application: string): boolean {
  const [ours, theirs] = [service.toLowerCase(), application.toLowerCase()]
  return theirs !== '' && (theirs.includes(ours) || ours.includes(theirs))
}
