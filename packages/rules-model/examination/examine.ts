import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { Grounds } from '../src/engine/confidence.ts'
import { groundsOf } from '../src/engine/grounds.ts'
import { judge } from '../src/engine/judge.ts'
import { observe } from '../src/engine/observe.ts'
import { readFacts } from '../src/facts/facts.ts'
import type { ChatMessage } from '../src/openai-wire.ts'
import { readTranscript } from '../src/transcript.ts'
import { SimulatedIncident } from '../test-parts/simulated-incident.ts'
import type { World } from '../test-parts/simulated-world.ts'
import { falseFigures } from './false-figures.ts'
import type { Scene, Truth } from './scene.ts'
import { DEPENDENCY_SCENES } from './scenes/dependencies.ts'
import { EXCEPTION_SCENES } from './scenes/exceptions.ts'
import { PROCESS_SCENES } from './scenes/processes.ts'
import { RELEASE_SCENES } from './scenes/releases.ts'
import { SURROUNDING_SCENES } from './scenes/surroundings.ts'
import { UNLISTED_SCENES } from './scenes/unlisted.ts'
import { settingOf } from './setting.ts'

/** All scenes; every second one is held out: weights and the calibration are fitted on the others only. */
export const SCENES: readonly (Scene & { heldOut: boolean })[] = [
  ...EXCEPTION_SCENES,
  ...RELEASE_SCENES,
  ...DEPENDENCY_SCENES,
  ...PROCESS_SCENES,
  ...SURROUNDING_SCENES,
  ...UNLISTED_SCENES,
].map((scene, index) => ({
  ...scene,
  heldOut: index % 2 === 1,
}))

/** What a run came to. `abstained` is an honest "I cannot tell" where a cause could be told. */
export interface Result {
  scene: Scene & { heldOut: boolean }
  seed: number
  diagnosis: Diagnosis
  grounds: Grounds
  verdict: 'right' | 'wrong' | 'abstained'
  confidentlyWrong: boolean
  falseFigures: string[]
  calls: number
  ms: number
}

const CONFIDENT = 0.7

/** Plays a scene with one seed and grades the diagnosis. */
export function run(scene: Scene & { heldOut: boolean }, seed: number, broken: World['broken'] = {}): Result {
  const { world: whole, truth } = scene.play(settingOf(seed))
  const world = { ...whole, broken: { ...whole.broken, ...broken } }
  const incident = new SimulatedIncident(world)
  const start = performance.now()
  const diagnosis = incident.investigate()
  const ms = performance.now() - start
  const verdict = grade(diagnosis, truth)
  return {
    scene,
    seed,
    diagnosis,
    grounds: groundsIn(incident),
    verdict,
    confidentlyWrong: verdict === 'wrong' && diagnosis.confidence >= CONFIDENT,
    falseFigures: falseFigures(diagnosis, incident),
    calls: incident.rounds.flat().length,
    ms,
  }
}

/** What the diagnosis of a transcript rests on. */
export function groundsIn({ messages }: { messages: ChatMessage[] }): Grounds {
  const { alerts, calls } = readTranscript(messages)
  const facts = readFacts(alerts, calls)
  const observations = observe(facts)
  const [best, ...others] = judge(facts, observations)
  if (!best) throw new Error('There is no family')
  return groundsOf(best, others, observations)
}

/** Whether a diagnosis says what is true. */
export function grade({ status, cause = 'unknown', root_cause, instances = [] }: Diagnosis, truth: Truth): Result['verdict'] {
  const recovered = status === 'recovered' || cause === 'recovered'
  if (recovered !== (truth.recovered ?? false) && (recovered || truth.recovered)) return status === 'inconclusive' ? 'abstained' : 'wrong'
  if (cause === 'unknown' && truth.says && !truth.says.test(root_cause)) return 'abstained'
  if (truth.causes.includes(cause)) return truth.instances && truth.instances.join() !== [...instances].sort().join() ? 'wrong' : 'right'
  return cause === 'unknown' ? 'abstained' : 'wrong'
}
