import type { Scene } from '../scene.ts'
import { WHOLE_LOGGED } from './whole-logged.ts'
import { WHOLE_SHOWN } from './whole-shown.ts'
import { WHOLE_SLOW } from './whole-slow.ts'

/** Twenty-five causes that no family was built for, each in a world where every function of a shop answers. */
export const WHOLE_UNLISTED: readonly Scene[] = [
  ...WHOLE_LOGGED,
  ...[...WHOLE_SLOW, ...WHOLE_SHOWN].map((scene) => ({ ...scene, unlisted: true })),
]
