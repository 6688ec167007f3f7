import { setTimeout } from 'node:timers/promises'
import { returnRows } from '../lab/quarantine.ts'
import { differences, type Snapshot, takeSnapshot } from '../lab/snapshot.ts'
import type { World } from '../lab/world.ts'
import type { Undo } from './perform-step.ts'

const CLEAN_WITHIN_MS = 20_000
const LOOK_EVERY_MS = 1_000

/** Undoes what a drill and what an agent did, the last first, and brings the fleet back to its size and release. What fails is reported, not thrown. */
export async function restore(world: World, before: Snapshot, undos: readonly Undo[], replicas: number): Promise<string[]> {
  const failures: string[] = []
  const attempt = async (what: string, act: () => Promise<unknown>) => {
    await act().catch((error: unknown) => failures.push(`${what}: ${error instanceof Error ? error.message : error}`))
  }
  await attempt('ending silences', () => world.endSilences(before.facts.silences ?? ''))
  await attempt('starting instances', () => startSome(world, replicas))
  for (const undo of undos.toReversed()) await attempt('undoing a step', undo)
  await attempt('ending faults', () => world.fault({ mode: 'none' }))
  await attempt('returning rows', () => returnRows(world))
  await attempt('putting instances back', () => putBack(world, before.facts['release of new instances'] ?? '', replicas))
  const left = await untilClean(world, before)
  return [...left, ...(left.length > 0 ? failures : [])]
}

/** A fleet that somebody scaled to nothing takes no release back. */
async function startSome(world: World, replicas: number): Promise<void> {
  if ((await world.instances()).length === 0) await world.change('/scale', { replicas })
}

/** What differs from before, once nothing more changes or the time is over; empty when all is as it was. */
async function untilClean(world: World, before: Snapshot): Promise<string[]> {
  const deadline = Date.now() + CLEAN_WITHIN_MS
  for (;;) {
    const left = await takeSnapshot(world, before).then(
      (after) => differences(before, after),
      (error: unknown) => [`it cannot be seen: ${error instanceof Error ? error.message : error}`],
    )
    if (left.length === 0 || Date.now() > deadline) return left
    await setTimeout(LOOK_EVERY_MS)
  }
}

/** No setting changed, no instance drained or given up, so many of them, and this release on all. */
export async function putBack(world: World, release: string, replicas: number): Promise<void> {
  for (const setting of await world.settings()) {
    const { component, setting: name, value, usual, ports } = setting
    if (value !== usual) await world.change('/settings', { component, setting: name, value: usual })
    for (const one of ports)
      if (one.value !== usual) await world.change('/settings', { component, setting: name, value: usual, ports: [one.port] })
  }
  const instances = await world.instances()
  for (const { port, drained } of instances) if (drained) await world.change('/undrain', { port })
  if (instances.length !== replicas) await world.change('/scale', { replicas })
  for (const { port, state } of await world.instances()) if (state === 'fatal') await world.change('/start', { port })
  const strays = (await world.instances()).filter(({ release: runs }) => runs !== release).map(({ port }) => port)
  if (strays.length > 0 || (await world.releases()).current !== release) await world.change('/deploy', { release })
}
