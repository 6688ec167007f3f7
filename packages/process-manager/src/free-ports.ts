import { conflict } from '@oncall-lab/service-kit/errors'
import { isPortFree } from './port-check.ts'

/** Which ports instances may have, both ends included. */
export interface PortRange {
  firstPort: number
  lastPort: number
}

/**
 * The lowest `count` ports that are not among `wanted`. A port of `ours`, where an instance is being stopped, is free soon and counts as free.
 * @throws LabError 409 when other processes hold too many.
 */
export async function findFreePorts({
  range: { firstPort, lastPort },
  count,
  wanted,
  ours,
}: {
  range: PortRange
  count: number
  wanted: ReadonlySet<number>
  ours: ReadonlyMap<number, unknown>
}): Promise<number[]> {
  const free: number[] = []
  const held: number[] = []
  for (let port = firstPort; port <= lastPort && free.length < count; port++) {
    if (wanted.has(port)) continue
    const isFree = ours.has(port) || (await isPortFree(port))
    ;(isFree ? free : held).push(port)
  }
  if (free.length === count) return free
  throw conflict(
    `There are only ${free.length} free ports from ${firstPort} to ${lastPort}, and ${count} are needed` +
      (held.length ? `; other processes hold ${held.join(', ')}: end those, or ask for fewer instances` : ''),
  )
}
