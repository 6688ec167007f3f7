import { everyPartAnswers } from '../answering-lab.ts'
import { CliError } from '../cli-error.ts'
import { commandFor } from '../command-line.ts'
import { startDetached } from '../detach.ts'
import { runDown } from '../down.ts'
import type { Lab } from '../lab.ts'
import { withDemoData } from '../lab-directory.ts'
import { startLab } from '../start-lab.ts'

interface ObtainOptions {
  /** The lab must run already. */
  running: boolean
  /** The lab stays up when the demo has ended well or badly, though not when it was stopped. */
  keep: boolean
  /** With the Kubernetes API over the fleet. */
  kubernetes: boolean
  /** With the machine that is reached over SSH. */
  hosts: boolean
  /** Variables that a lab of the demo's own is started with. */
  settings: Readonly<Record<string, string>>
  say: (line: string) => void
  signal: AbortSignal
}

/** A lab for the demo, and how to leave it. */
export interface ObtainedLab {
  /** True when the demo started it. */
  own: boolean
  /** Ends what the demo started; nothing for a lab that ran already, or that is to be kept (unless `stopped`). */
  leave(stopped: boolean): Promise<void>
}

const REPLICAS = 2
/** The demo sends its own customers. */
const TRAFFIC = 0

/** The lab that runs, else one of the demo's own, with empty databases. @throws CliError when `running` is demanded and nothing runs. */
export async function obtainLab(
  lab: Lab,
  { running, keep, kubernetes, hosts, settings, say, signal }: ObtainOptions,
): Promise<ObtainedLab> {
  const borrowed: ObtainedLab = { own: false, leave: async () => undefined }
  if (await everyPartAnswers(lab)) {
    say('The lab runs already; this demo uses it, and leaves it up.')
    return borrowed
  }
  if (running)
    throw new CliError(`No complete lab answers at port offset ${lab.book.offset}. Start one:  ${commandFor(lab, 'up --detach')}`)
  const own = { ...lab, directory: withDemoData(lab.directory), env: { ...lab.env, ...settings } }
  say('Bringing the lab up.')
  if (keep) {
    await startDetached(own, { replicas: REPLICAS, traffic: TRAFFIC, kubernetes, hosts, demo: true, settings, say, signal })
    return { own: true, leave: async (stopped) => (stopped ? runDown(own, say) : undefined) }
  }
  const outcome = await startLab(own, { replicas: REPLICAS, traffic: TRAFFIC, kubernetes, hosts, say, signal })
  if (outcome.kind !== 'started') return borrowed
  return { own: true, leave: () => outcome.lab.stop() }
}
