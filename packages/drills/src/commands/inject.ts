import { CliError } from '@oncall-lab/lab/cli-error'
import { openLab } from '@oncall-lab/lab/open-lab'
import { releasePart } from '@oncall-lab/lab/part-hold'
import type { Surroundings } from '../cli.ts'
import type { Drill } from '../drill.ts'
import { takeSnapshot } from '../lab/snapshot.ts'
import { World } from '../lab/world.ts'
import { performStep } from '../run/perform-step.ts'
import { planDrill } from '../run/plan.ts'
import { putBack } from '../run/restore.ts'

/** Breaks a lab that runs; it lasts until `restore`, or until its time is over. */
export async function injectDrill(
  drill: Drill,
  { seed, portOffset }: { seed: number; portOffset: number },
  { env, say, stopSignal }: Surroundings,
): Promise<void> {
  const world = await openWorld(portOffset, env)
  const signal = stopSignal()
  const plan = planDrill(
    drill,
    seed,
    (await world.instances()).map(({ port }) => port),
  )
  for (const planned of plan.steps) {
    say(`${planned.phase}: ${JSON.stringify(planned.step)}${planned.ports.length > 0 ? ` on ${planned.ports.join(', ')}` : ''}`)
    await performStep(planned, { world, signal })
  }
  say(
    `${drill.id} ${drill.name}: ${drill.says}. Watch ${drill.visible.sli}; what tells it: ${drill.tells}. End it with:  ./lab drill restore --port-offset ${portOffset}`,
  )
}

/** Ends faults and goes back to what a lab begins with: usual settings, the first release, its instances. @throws CliError that names what is left. */
export async function restoreLab({ portOffset }: { portOffset: number }, { env, say }: Surroundings): Promise<void> {
  const world = await openWorld(portOffset, env)
  await world.change('/traffic', { profile: 'none' })
  const { releases } = await world.releases()
  const first = releases.findLast(({ ran_well }) => ran_well)?.release
  await world.fault({ mode: 'none' })
  for (const part of ['load-balancer', 'customers']) releasePart(world.lab.directory.state, part)
  const release = first ?? (await world.releases()).current
  await putBack(world, release, Math.max(2, (await world.instances()).length))
  const wanted = { 'release of new instances': release, settings: 'none', faults: 'none', silences: 'none' }
  const after = await takeSnapshot(world)
  const left = Object.entries(wanted).filter(([name, value]) => after.facts[name] !== value)
  if (left.length > 0) throw new CliError(`Left: ${left.map(([name]) => `${name} ${after.facts[name]}`).join('; ')}`)
  say('The lab is as it began: no faults, usual settings, the release that ran well.')
}

async function openWorld(portOffset: number, env: Surroundings['env']): Promise<World> {
  const world = new World(openLab(portOffset, env))
  await world.instances().catch(() => {
    throw new CliError(`No lab runs at port offset ${portOffset}. Start one:  ./lab up --clock fast --detach --port-offset ${portOffset}`)
  })
  return world
}
