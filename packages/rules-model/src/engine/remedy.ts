import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { ListInstancesResult } from '@oncall-lab/on-call-agent/functions'
import { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import { blockingSession, slotTaker } from '../facts/blocking-session.ts'
import type { Facts } from '../facts/facts.ts'
import { FAMILIES } from '../families/families.ts'
import type { FleetRemedy, Remedy } from '../families/family.ts'
import { CHANGES, recentChange } from '../signals/recent-change.ts'
import { fit } from '../wording.ts'
import { HOST_MAKERS, type HostRemedy } from './host-remedy.ts'

/** An action to be proposed, as `propose_action` takes it. */
export interface Proposal {
  action: string
  arguments: Record<string, unknown>
  reason: string
}

const LONGEST_REASON = 400

/**
 * The actions that cure what was diagnosed, the least first: what its family names, where the evidence says on which instance. Empty for a cause that no action
 * cures, and for one that is only suspected.
 */
export function remediesFor(diagnosis: Diagnosis, facts: Facts): Proposal[] {
  const { instances } = facts
  if (diagnosis.status !== 'diagnosed') return []
  const wanted = FAMILIES.find(({ cause }) => cause === diagnosis.cause)?.remedies ?? []
  const isRelease = diagnosis.cause === 'bad_release'
  const seen: Seen = { all: instances.kind === 'seen' ? instances.value.instances : [], named: diagnosis.instances ?? [], isRelease, facts }
  return wanted.flatMap((remedy) => {
    const made = isOfHost(remedy) ? HOST_MAKERS[remedy](facts) : MAKERS[remedy](seen)
    return made ? [{ ...made, reason: fit(`${made.reason} ${diagnosis.root_cause}`, LONGEST_REASON) }] : []
  })
}

interface Seen {
  all: ListInstancesResult['instances']
  /** By the diagnosis. */
  named: string[]
  /** The diagnosis blames the release itself. */
  isRelease: boolean
  facts: Facts
}

const isOfHost = (remedy: Remedy): remedy is HostRemedy => remedy in HOST_MAKERS

const MAKERS: Record<FleetRemedy, (seen: Seen) => Proposal | undefined> = {
  restart(seen) {
    const instance = worstNamed(seen)
    if (instance === undefined) return undefined
    return { action: 'restart_instance', arguments: { instance }, reason: `Only a new process frees ${instance} of it.` }
  },
  drain({ all, named }) {
    const [only, second] = named
    const isOne = only !== undefined && second === undefined && all.length > 1 && all.some(({ instance }) => instance === only)
    return isOne
      ? { action: 'drain_instance', arguments: { instance: only }, reason: `Only ${only} has it; the others are well.` }
      : undefined
  },
  scale_out({ all }) {
    if (all.length === 0) return undefined
    const replicas = all.length + 1
    return { action: 'scale_service', arguments: { replicas }, reason: `${all.length} instances do not carry the load.` }
  },
  roll_back: rollBack,
  end_blocker({ facts }) {
    const found = blockingSession(facts)
    if (!found) return undefined
    const { kind, pid, began, application } = found
    return kind === 'statement'
      ? {
          action: 'cancel_query',
          arguments: { pid, began },
          reason: `Everybody queues behind the statement of ${application} (pid ${pid}).`,
        }
      : { action: 'terminate_session', arguments: { pid, began }, reason: `${application} (pid ${pid}) holds what the others wait for.` }
  },
  end_slot_taker({ facts }) {
    const found = slotTaker(facts)
    if (!found) return undefined
    const { pid, began, application } = found
    return { action: 'terminate_session', arguments: { pid, began }, reason: `${application} has taken most of the connection slots.` }
  },
}

/** One that does not run before one that does. */
function worstNamed({ all, named }: Seen): string | undefined {
  const found = all.filter(({ instance }) => named.includes(instance))
  return (found.find(({ state }) => state !== 'running') ?? found[0])?.instance
}

/**
 * Where some instances run a newer release than the others: back to that of the others. The whole fleet goes back to what it ran before where the release itself is to
 * blame, or where it was put in place just before the trouble began.
 */
function rollBack({ all, named, isRelease, facts }: Seen): Proposal | undefined {
  const releases = all.flatMap(({ release }) => (release && /^r\d+$/.test(release) ? Number(release.slice(1)) : []))
  if (releases.length !== all.length || releases.length === 0) return undefined
  const [newest, oldest] = [Math.max(...releases), Math.min(...releases)]
  const newer = all.filter(({ release }) => release === `r${newest}`).map(({ instance }) => instance)
  if (newest !== oldest) {
    if (!named.every((instance) => newer.includes(instance))) return undefined
    return {
      action: 'deploy_release',
      arguments: { release: `r${oldest}`, instances: newer },
      reason: `Only ${newer.join(', ')} runs r${newest}; the others run r${oldest}.`,
    }
  }
  if (!isRelease && !isJustPut(facts)) return undefined
  const before = releaseBefore(`r${newest}`, facts) ?? (isRelease && newest > 1 ? `r${newest - 1}` : undefined)
  if (before === undefined) return undefined
  return { action: 'deploy_release', arguments: { release: before }, reason: `It came with r${newest}; ${before} ran before it.` }
}

/** A release was put in place just before the trouble began. */
function isJustPut(facts: Facts): boolean {
  const change = recentChange.read(facts)
  return change.kind === 'seen' && change.level === 'release'
}

/** What all ran before this release was put in place of it. */
function releaseBefore(release: string, facts: Facts): string | undefined {
  const reading = facts.result(ListChangesResult, CHANGES)
  if (reading.kind !== 'seen') return undefined
  const put = reading.value.changes.find((each) => each.what === 'deploy_finished' && each.release === release && each.from !== release)
  return put?.from && /^r\d+$/.test(put.from) ? put.from : undefined
}
