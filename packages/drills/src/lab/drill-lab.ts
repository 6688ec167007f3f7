import type { Lab } from '@oncall-lab/lab/lab'
import { withDemoData, withOwnMonitoring } from '@oncall-lab/lab/lab-directory'
import { openLab } from '@oncall-lab/lab/open-lab'
import { startLab } from '@oncall-lab/lab/start-lab'
import type { Drill } from '../drill.ts'
import { mendLog } from '../run/outages.ts'
import { openPrometheusFront, type PrometheusFront } from './prometheus-front.ts'

/** A lab that runs for one drill: on the fast clock, with empty databases and without customers. */
export interface DrillLab extends AsyncDisposable {
  lab: Lab
  front: PrometheusFront | undefined
}

interface DrillLabOptions {
  offset: number
  replicas: number
  /** The agent reaches Prometheus through something that can fail. */
  withFront: boolean
  env: Record<string, string | undefined>
  say: (line: string) => void
  signal: AbortSignal
}

/** Nothing that an earlier drill left is in it, so an agent cannot know a fault again. @throws CliError when the lab does not start, or runs already. */
export async function startDrillLab({ offset, replicas, withFront, env, say, signal }: DrillLabOptions): Promise<DrillLab> {
  const plain = drillLabAt(offset, env)
  mendLog(plain)
  const front = withFront ? await openPrometheusFront(plain.book.url('prometheus')) : undefined
  const lab = { ...plain, ...(front && { prometheusOfAgent: front.url }) }
  const close = async () => front?.[Symbol.asyncDispose]()
  try {
    const outcome = await startLab(lab, { replicas, traffic: 0, say, signal })
    if (outcome.kind !== 'started') throw new Error(`a lab runs already at port offset ${offset}; choose another one with --port-offset`)
    return { lab, front, [Symbol.asyncDispose]: () => outcome.lab.stop().finally(close) }
  } catch (error) {
    await close()
    throw error
  }
}

/** What a drill needs of its lab. */
export function needsOf({ replicas, before, breaks, variants = [] }: Drill): Pick<DrillLabOptions, 'replicas' | 'withFront'> {
  const steps = [...before, ...breaks, ...variants.flatMap((variant) => [...variant.before, ...variant.after])]
  return { replicas, withFront: steps.some((step) => step.do === 'outage' && step.of === 'prometheus') }
}

/** Where such a lab is. */
function drillLabAt(offset: number, env: Record<string, string | undefined>): Lab {
  const lab = openLab(offset, env)
  return { ...lab, clock: 'fast', directory: withDemoData(withOwnMonitoring(lab.directory)) }
}
