import { findBusyPorts, portsOf } from './busy-ports.ts'
import type { Lab } from './lab.ts'
import type { Part } from './part.ts'
import { composeParts } from './parts.ts'

/** True when every part of a lab answers at this port offset, whoever started it. */
export async function everyPartAnswers(lab: Lab): Promise<boolean> {
  const parts = partsToAsk(lab)
  const [first] = portsOf(parts)
  // One closed port is enough to know that it does not run: the common case, and quick.
  if (!first || (await findBusyPorts([first])).length === 0) return false
  return (await Promise.all(parts.map((part) => part.isReady()))).every(Boolean)
}

/** The parts for their addresses alone: where the programs are does not matter then. */
export function partsToAsk(lab: Lab): Part[] {
  return composeParts({ ...lab, replicas: 1, traffic: 0, prometheus: '', alertmanager: '' })
}
