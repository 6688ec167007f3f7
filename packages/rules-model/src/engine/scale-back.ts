import { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import type { Facts } from '../facts/facts.ts'
import { CHANGES } from '../signals/recent-change.ts'
import type { Proposal, Seen } from './remedy.ts'

/** As many instances as there were before somebody asked for fewer; nothing where the last scaling was none of that. */
export function scaleBack({ facts }: Seen): Proposal[] {
  const before = replicasBefore(facts)
  if (before === undefined) return []
  const args = { replicas: before }
  const reason = `There were ${before} instances before.`
  return [
    { action: 'scale_service', arguments: args, reason },
    { action: 'scale_deployment', arguments: args, reason },
  ]
}

function replicasBefore(facts: Facts): number | undefined {
  const reading = facts.result(ListChangesResult, CHANGES)
  const last = reading.kind === 'seen' ? reading.value.changes.find(({ what }) => what === 'scaled') : undefined
  const [from, to] = [Number(last?.from), Number(last?.to)]
  return from > to ? from : undefined
}
