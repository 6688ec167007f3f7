import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { ListInstancesResult } from '@oncall-lab/on-call-agent/functions'
import { blockingSession, slotTaker } from '../facts/blocking-session.ts'
import type { Facts } from '../facts/facts.ts'
import { fatalRow, fatalRowQuestions } from '../facts/fatal-row.ts'
import type { Question } from '../facts/metric-queries.ts'
import { missingIndex } from '../facts/missing-index.ts'
import { FAMILIES } from '../families/families.ts'
import type { Remedy, ServiceRemedy } from '../families/family.ts'
import { CHANGES } from '../signals/recent-change.ts'
import { fit } from '../wording.ts'
import { CLUSTER_MAKERS, type ClusterRemedy } from './cluster-remedy.ts'
import { HOST_MAKERS, type HostRemedy } from './host-remedy.ts'
import { rollBack } from './roll-back.ts'
import { scaleBack } from './scale-back.ts'
import { settingBack } from './setting-back.ts'
import { isOut, theOne } from './the-one.ts'

/** An action to be proposed, as `propose_action` takes it. */
export interface Proposal {
  action: string
  arguments: Record<string, unknown>
  reason: string
}

/** What a remedy is made of. */
export interface Seen {
  all: ListInstancesResult['instances']
  /** By the diagnosis. */
  named: string[]
  cause: Diagnosis['cause']
  facts: Facts
}

const LONGEST_REASON = 400

interface Choice {
  /** Whether a target of the incident has this action. */
  isOffered?: (action: string) => boolean
  /** A person asks for a proposal, who knows how sure the diagnosis is. */
  isAsked?: boolean
}

/**
 * The actions that cure what was diagnosed, the least first: what its family names, in the form that the targets of the incident have, where the evidence says on which instance.
 * Of a cause that is not certain only what is right whatever the cause: the one instance of several that has the trouble is taken out, or started anew. Empty for a cause that no action cures.
 */
export function remediesFor(diagnosis: Diagnosis, facts: Facts, { isOffered = () => true, isAsked = false }: Choice = {}): Proposal[] {
  const { instances } = facts
  const all = instances.kind === 'seen' ? instances.value.instances : []
  const seen: Seen = { all, named: diagnosis.instances ?? [], cause: diagnosis.cause, facts }
  return remediesOf(diagnosis, seen, isAsked)
    .flatMap((remedy) => formsOf(remedy, seen))
    .filter(({ action }) => isOffered(action))
    .filter(isFirstOfItsKind)
    .map((made) => ({ ...made, reason: fit(`${made.reason} ${diagnosis.root_cause}`, LONGEST_REASON) }))
}

/** What has to be known before a remedy can be made, whatever the investigation asked. */
export function remedyQuestions(diagnosis: Diagnosis, facts: Facts): Question[] {
  const remedies = familyOf(diagnosis)
  return [
    ...(remedies.some((remedy) => remedy === 'roll_back' || remedy === 'set_back' || remedy === 'scale_back') ? [CHANGES] : []),
    ...(remedies.includes('set_aside') ? fatalRowQuestions(facts) : []),
  ]
}

const familyOf = ({ cause }: Diagnosis): readonly Remedy[] => FAMILIES.find((family) => family.cause === cause)?.remedies ?? []

/** Whatever has befallen one instance alone. */
const WHATEVER: readonly Remedy[] = ['drain', 'restart']

function remediesOf(diagnosis: Diagnosis, { named, facts }: Seen, isAsked: boolean): readonly Remedy[] {
  const { status } = diagnosis
  if (status === 'diagnosed') return familyOf(diagnosis)
  if (status !== 'suspected' && status !== 'inconclusive') return []
  const isOnOne = named.length === 1 && theOne(facts) === named[0]
  return [...(isOnOne ? WHATEVER : []), ...(isAsked && status === 'suspected' ? familyOf(diagnosis) : [])]
}

/** Two remedies may lead to one action. */
function isFirstOfItsKind({ action, arguments: args }: Proposal, index: number, all: Proposal[]): boolean {
  const key = JSON.stringify([action, args])
  return all.findIndex((each) => JSON.stringify([each.action, each.arguments]) === key) === index
}

const isOfHost = (remedy: Remedy): remedy is HostRemedy => remedy in HOST_MAKERS
const isOfCluster = (remedy: Remedy): remedy is ClusterRemedy => remedy in CLUSTER_MAKERS

function formsOf(remedy: Remedy, seen: Seen): Proposal[] {
  if (isOfHost(remedy)) return [HOST_MAKERS[remedy](seen.facts) ?? []].flat()
  return isOfCluster(remedy) ? [CLUSTER_MAKERS[remedy](seen.facts) ?? []].flat() : MAKERS[remedy](seen)
}

/** Each kind of remedy in every form that a target may have for it, the least first. */
const MAKERS: Record<ServiceRemedy, (seen: Seen) => Proposal[]> = {
  restart(seen) {
    const found = worstNamed(seen)
    if (!found) return []
    return onOne(found, 'restart_instance', `Only a new process frees ${found.instance} of it.`)
  },
  drain({ all, named, facts }) {
    const [only, second] = named
    const found = second === undefined && all.length > 1 ? all.find(({ instance }) => instance === only) : undefined
    return found && !isOut(found.instance, facts)
      ? onOne(found, 'drain_instance', `Only ${found.instance} has it; the others are well.`)
      : []
  },
  restart_all({ all }) {
    if (all.length < 2) return []
    const reason = 'Every instance has it, and only new processes are free of it.'
    return [
      { action: 'rolling_restart', arguments: {}, reason },
      { action: 'restart_deployment', arguments: {}, reason },
    ]
  },
  scale_out({ all }) {
    if (all.length === 0) return []
    const args = { replicas: all.length + 1 }
    const reason = `${all.length} instances do not carry the load.`
    return [
      { action: 'scale_service', arguments: args, reason },
      { action: 'scale_deployment', arguments: args, reason },
    ]
  },
  scale_back: scaleBack,
  roll_back: rollBack,
  set_back: settingBack,
  end_blocker({ facts }) {
    const found = blockingSession(facts)
    if (!found) return []
    const { kind, pid, began, application } = found
    return kind === 'statement'
      ? [
          {
            action: 'cancel_query',
            arguments: { pid, began },
            reason: `Everybody queues behind the statement of ${application} (pid ${pid}).`,
          },
        ]
      : [{ action: 'terminate_session', arguments: { pid, began }, reason: `${application} (pid ${pid}) holds what the others wait for.` }]
  },
  end_slot_taker({ facts }) {
    const found = slotTaker(facts)
    if (!found) return []
    const { pid, began, application } = found
    return [{ action: 'terminate_session', arguments: { pid, began }, reason: `${application} has taken most of the connection slots.` }]
  },
  build_index({ facts }) {
    const lost = missingIndex(facts)
    if (!lost) return []
    return [
      {
        action: 'create_index',
        arguments: { index: lost.index },
        reason: `The schema declares ${lost.index} for ${lost.table}, and it is ${lost.state}.`,
      },
    ]
  },
  set_aside({ facts }) {
    const row = fatalRow(facts)
    if (!row) return []
    return [
      { action: 'quarantine_row', arguments: { ...row }, reason: `The processes ended while they read row ${row.key} of ${row.table}.` },
    ]
  },
  start_database: ({ facts }) => startOf('database', `Nobody reaches the database of ${facts.service}, and every instance needs it.`),
  start_balancer: ({ facts }) => startOf('load-balancer', `Nobody reaches ${facts.service} while the load balancer is down.`),
}

/** Whether it may be started, whoever holds it says. */
function startOf(part: string, reason: string): Proposal[] {
  return [{ action: 'start_part', arguments: { part }, reason }]
}

/** On one instance: by its address, or by the pod that it is. */
function onOne({ instance, pod }: Seen['all'][number], action: string, reason: string): Proposal[] {
  return [
    { action, arguments: { instance }, reason },
    ...(pod === undefined ? [] : [{ action: 'delete_pod', arguments: { pod }, reason }]),
    { action: 'restart_deployment', arguments: {}, reason },
  ]
}

/** One that does not run before one that does. */
function worstNamed({ all, named }: Seen): Seen['all'][number] | undefined {
  const found = all.filter(({ instance }) => named.includes(instance))
  return found.find(({ state }) => state !== 'running') ?? found[0]
}
