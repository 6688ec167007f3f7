import type { Scene } from '../scene.ts'
import { STRANGE_CLUSTER } from './strange-cluster.ts'
import { STRANGE_LOGGED } from './strange-logged.ts'
import { STRANGE_PARTNERS } from './strange-partners.ts'
import { STRANGE_SHOWN } from './strange-shown.ts'
import { STRANGE_SLOW } from './strange-slow.ts'
import { wholeLoggedScene } from './whole-logged.ts'

/** Causes as public post-mortems and the manuals of the programs tell them, written by somebody who had not read the rules. */
export const STRANGE_UNLISTED: readonly Scene[] = [
  ...[...STRANGE_LOGGED, ...STRANGE_PARTNERS].map(wholeLoggedScene),
  ...[...STRANGE_SLOW, ...STRANGE_SHOWN, ...STRANGE_CLUSTER].map((scene) => ({ ...scene, unlisted: true })),
]
