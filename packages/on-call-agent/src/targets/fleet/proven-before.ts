import type { FleetChange } from './process-manager.ts'

/**
 * The last release that ran well on the instances of a deploy before it: what it was put in place of, else what earlier deploys put there. Undefined where none of them is known to
 * have run well. `events` are all that are known, oldest first.
 */
export function provenBefore(deploy: FleetChange, events: readonly FleetChange[], ranWell: ReadonlySet<string>): string | undefined {
  const earlier = events.slice(0, events.indexOf(deploy)).filter((each) => isOfSame(each, deploy))
  const before = [deploy.from, ...earlier.toReversed().flatMap(({ release, from }) => [release, from])]
  return before.find((release) => release !== deploy.release && ranWell.has(release ?? '')) ?? undefined
}

/** A deploy on one of the same instances. */
function isOfSame({ type, ports }: FleetChange, deploy: FleetChange): boolean {
  if (!/^deploy_(?:finished|stopped)$/.test(type)) return false
  return !ports || !deploy.ports || ports.some((port) => deploy.ports?.includes(port))
}
