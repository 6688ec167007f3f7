import { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import type { Facts } from '../facts/facts.ts'
import { tookBack } from '../facts/taken-back.ts'
import { CHANGES, recentChange } from '../signals/recent-change.ts'
import type { Proposal, Seen } from './remedy.ts'

/** A release that `deploy_release` takes. */
const RELEASE = /^r\d{1,4}$/

/**
 * Where only some instances run the release that is to blame: there, back to what the others run. The whole fleet goes back to what ran well before it where the release itself is
 * to blame, or where it was put in place just before the trouble began.
 */
export function rollBack({ all, named, cause, facts }: Seen): Proposal[] {
  const blamed = blamedRelease({ all, named, facts })
  if (blamed === undefined || isBackAlready(facts)) return []
  const having = all.filter(({ release }) => release === blamed)
  // While it is still being put in place of all, what runs the old one is next.
  const others = isForAll(blamed, all.length, facts) ? [] : all.filter(({ release }) => release !== blamed)
  if (!named.every((instance) => having.some((each) => each.instance === instance))) return []
  if (others.length === 0 && cause !== 'bad_release' && !isJustPut(facts)) return []
  const back = others.length > 0 ? mostOf(others) : backFrom(blamed, facts)
  const instances = having.map(({ instance }) => instance)
  const reason =
    others.length > 0
      ? `Only ${instances.join(', ')} runs ${blamed}; the others run ${back}.`
      : `It came with ${blamed}${back === undefined ? '' : `; ${back} ran well before it`}.`
  const undo = { action: 'roll_back_deployment', arguments: {}, reason }
  if (back === undefined || !RELEASE.test(back)) return [undo]
  const args = { release: back, ...(others.length > 0 && { instances }) }
  return [{ action: 'deploy_release', arguments: args, reason }, undo]
}

/** The one release of the instances that are named; without names that of all, or the one that was put in place last. */
function blamedRelease({ all, named, facts }: Pick<Seen, 'all' | 'named' | 'facts'>): string | undefined {
  const releases = [...new Set(all.map(({ release }) => release ?? ''))]
  if (releases.length === 0 || releases.includes('')) return undefined
  const ofNamed = [...new Set(all.filter(({ instance }) => named.includes(instance)).map(({ release }) => release ?? ''))]
  if (ofNamed.length > 0) return ofNamed.length === 1 ? ofNamed[0] : undefined
  if (releases.length === 1) return releases[0]
  return deploysOf(facts).find(({ release }) => release !== null && releases.includes(release))?.release ?? undefined
}

/** What most of them run. */
function mostOf(instances: Seen['all']): string {
  const counts = new Map<string, number>()
  for (const { release } of instances) counts.set(release ?? '', (counts.get(release ?? '') ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
}

/** What ran well there before this release was put in place. */
function backFrom(release: string, facts: Facts): string | undefined {
  const put = deploysOf(facts).find((each) => each.release === release)
  return put?.back_to ?? undefined
}

/** Being put in place everywhere, one instance after the other. */
function isForAll(release: string, count: number, facts: Facts): boolean {
  const [last] = deploysOf(facts)
  return last?.what === 'deploy_started' && last.release === release && last.ports.length >= count
}

/** The newest first; one that stopped half-way, or has not come to its end, left its release on an instance too. */
function deploysOf(facts: Facts): ListChangesResult['changes'] {
  const reading = facts.result(ListChangesResult, CHANGES)
  return reading.kind === 'seen' ? reading.value.changes.filter(({ what }) => /^deploy_(?:started|finished|stopped)$/.test(what)) : []
}

/** A release was put in place just before the trouble began. */
function isJustPut(facts: Facts): boolean {
  const change = recentChange.read(facts)
  return change.kind === 'seen' && change.level === 'release'
}

/** What runs is there because another release was taken back: there is nothing to go back from. */
function isBackAlready(facts: Facts): boolean {
  const all = deploysOf(facts)
  const [newest] = all
  return newest !== undefined && tookBack(newest, all)
}
