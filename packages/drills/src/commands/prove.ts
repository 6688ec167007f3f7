import { CliError } from '@oncall-lab/lab/cli-error'
import type { Surroundings } from '../cli.ts'
import type { Drill } from '../drill.ts'
import { needsOf, startDrillLab } from '../lab/drill-lab.ts'
import { World } from '../lab/world.ts'
import { type Proof, proveCause } from '../prove/prove-cause.ts'
import { readToggle } from '../prove/read-toggle.ts'

/** A harmless release: to put it on and to take it back again is a change like any other. */
const RIVAL = 'r11'

interface ProveOptions {
  drills: readonly Drill[]
  claim?: string
  seed: number
  portOffset: number
  json?: true
}

/** `drill prove`: switches what is said to be the cause off, on and off in a shadow lab. @throws CliError when a lab was not clean. */
export async function proveDrills(
  { drills, claim, seed, portOffset, json }: ProveOptions,
  { env, say, note, stopSignal }: Surroundings,
): Promise<void> {
  const still = drills.find(({ visible }) => visible.sli === 'none')
  if (still) throw new CliError(`Drill ${still.id} ${still.name} moves no figure, so nothing can be proved by one.`)
  const signal = stopSignal()
  const dirty: string[] = []
  for (const drill of drills) {
    const toggle = claim === undefined ? drill.breaks : readToggle(claim)
    note(`${drill.id} ${drill.name}, switching ${claim ?? 'its own break'}`)
    await using shadow = await startDrillLab({ ...needsOf(drill), offset: portOffset, env, say: () => undefined, signal })
    const rival = readToggle(RIVAL)
    const proof = await proveCause({ drill, toggle, rival, seed, world: new World(shadow.lab, shadow), say: note, signal })
    say(json ? JSON.stringify({ drill: drill.id, claim: claim ?? null, ...proof }) : describe(drill, proof))
    if (proof.leftovers.length > 0) dirty.push(`${drill.id} ${drill.name} left ${proof.leftovers.join('; ')}`)
  }
  if (dirty.length > 0) throw new CliError(dirty.join('\n'))
}

function describe({ id, name }: Drill, { verdict, why, sli, effect, rival, brokenAfter, recoveredAfter }: Proof): string {
  const figures = (each: Proof['effect']) => `${each.difference.toPrecision(3)} (${each.low.toPrecision(3)} to ${each.high.toPrecision(3)})`
  return `${verdict.toUpperCase().padEnd(8)}  ${String(id).padStart(3)} ${name.padEnd(24)}  ${sli} ${figures(effect)}; rival ${figures(rival)}; broken after ${brokenAfter ?? '–'} s, back after ${recoveredAfter ?? '–'} s: ${why}`
}
