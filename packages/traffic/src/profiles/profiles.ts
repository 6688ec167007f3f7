import { agentic } from './agentic.ts'
import { constant } from './constant.ts'
import type { ProfileDeclaration } from './profile.ts'
import { ramp } from './ramp.ts'
import { rampSpike } from './ramp-spike.ts'
import { sine } from './sine.ts'
import { spike } from './spike.ts'

/** All profiles by the name that `--profile` takes. */
export const PROFILES: Record<string, ProfileDeclaration> = {
  constant,
  spike,
  ramp,
  sine,
  'ramp-spike': rampSpike,
  agentic,
}
