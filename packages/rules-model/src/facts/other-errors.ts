import { excerpt, percent } from '../wording.ts'
import type { Facts } from './facts.ts'
import type { Signature } from './signatures.ts'

/** A sentence, beginning with a blank, on other errors of the newest minute that the given ones do not account for; '' when there are none. */
export function causeOfOtherErrors({ logs }: Facts, ...told: Signature[]): string {
  if (logs.kind !== 'seen') return ''
  const others = logs.value.signatures.filter((signature) => !told.includes(signature) && signature.share >= 0.05)
  const [first] = others
  if (!first) return ''
  const share = others.reduce((sum, { share }) => sum + share, 0)
  return ` Apart from this, ${percent(share)} of the newest entries are something else, e.g. "${excerpt(first.message, 100)}".`
}
