import { choose, createRandom, pickFrom } from '../chosen.ts'
import type { Drill } from '../drill.ts'
import type { Step } from '../step.ts'

/** A step with everything chosen: the ports it is about (none means all), its numbers, and a seed of its own. */
export interface PlannedStep {
  phase: 'before' | 'break'
  step: Step
  ports: number[]
  numbers: Record<string, number>
  seed: number
}

/** What a run will do. */
export interface Plan {
  /** The instance that the seed chose, and another one. */
  one: number
  other: number
  steps: PlannedStep[]
  /** The ports of the instances that get broken. */
  broken: number[]
  /** For the customers. */
  customersSeed: number
}

/** Chooses, by the seed alone, everything that a drill leaves open. @throws RangeError without an instance. */
export function planDrill(drill: Drill, seed: number, ports: readonly number[]): Plan {
  const random = createRandom(seed * 1_000 + drill.id)
  const one = pickFrom(ports, random)
  const other = ports.find((port) => port !== one) ?? one
  const seedOf = () => Math.floor(random() * 2 ** 31)
  const places = { one: [one], other: [other], all: [] }
  const planned = (phase: PlannedStep['phase']) => (step: Step) => ({
    phase,
    step,
    ports: 'on' in step && step.on ? places[step.on] : [],
    numbers: numbersOf(step, random),
    seed: seedOf(),
  })
  const variant = drill.variants?.[seed % drill.variants.length]
  const steps = [
    ...[...drill.before, ...(variant?.before ?? [])].map(planned('before')),
    ...[...drill.breaks, ...(variant?.after ?? [])].map(planned('break')),
  ]
  const touched = steps.filter(({ phase, step }) => phase === 'break' && 'on' in step && step.do !== 'restart')
  const broken = touched.flatMap((step) => (step.ports.length > 0 ? step.ports : [...ports]))
  return { one, other, steps, broken: [...new Set(broken)].toSorted(), customersSeed: seedOf() }
}

function numbersOf(step: Step, random: () => number): Record<string, number> {
  if ('seconds' in step) return { seconds: choose(step.seconds, random) }
  const fields = step.do === 'fault' || step.do === 'traffic' ? (step.fields ?? {}) : {}
  return Object.fromEntries(Object.entries(fields).map(([name, chosen]) => [name, choose(chosen, random)]))
}
