import type { Lab } from '@oncall-lab/lab/lab'
import { withDemoData, withOwnMonitoring } from '@oncall-lab/lab/lab-directory'
import { openLab } from '@oncall-lab/lab/open-lab'
import { startLab } from '@oncall-lab/lab/start-lab'

/** A lab that runs for one drill: on the fast clock, with empty databases and without customers. */
export interface DrillLab extends AsyncDisposable {
  lab: Lab
}

interface DrillLabOptions {
  offset: number
  replicas: number
  env: Record<string, string | undefined>
  say: (line: string) => void
  signal: AbortSignal
}

/** Nothing that an earlier drill left is in it, so an agent cannot know a fault again. @throws CliError when the lab does not start, or runs already. */
export async function startDrillLab({ offset, replicas, env, say, signal }: DrillLabOptions): Promise<DrillLab> {
  const lab = drillLabAt(offset, env)
  const outcome = await startLab(lab, { replicas, traffic: 0, say, signal })
  if (outcome.kind !== 'started') throw new Error(`a lab runs already at port offset ${offset}; choose another one with --port-offset`)
  return { lab, [Symbol.asyncDispose]: () => outcome.lab.stop() }
}

/** Where such a lab is. */
function drillLabAt(offset: number, env: Record<string, string | undefined>): Lab {
  const lab = openLab(offset, env)
  return { ...lab, clock: 'fast', directory: withDemoData(withOwnMonitoring(lab.directory)) }
}
