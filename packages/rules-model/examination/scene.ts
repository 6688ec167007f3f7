import type { CauseId } from '@oncall-lab/on-call-agent/api'
import type { World } from '../test-parts/simulated-world.ts'
import type { Setting } from './setting.ts'

/** What really happens in a scene. */
export interface Truth {
  /** Any of these is right; `unknown` is right for a cause that no family knows. */
  causes: CauseId[]
  /** It is over; where this is false, "recovered" is wrong. */
  recovered?: boolean
  /** Exactly these instances have to be named. */
  instances?: string[]
  /** An `unknown` is right only when its words hold this: what is not known is quoted. */
  says?: RegExp
}

/** A cause with its ground truth, played as the results that the functions would give. */
export interface Scene {
  id: string
  /** No family was built for it. */
  unlisted?: boolean
  play(at: Setting): { world: World; truth: Truth }
}
