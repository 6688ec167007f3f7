import { ROOT } from '../../src/open-lab.ts'
import type { NastyRequest } from './mutate.ts'
import type { Outcome } from './send.ts'

/** Parts of a stack trace, or of this machine's disk. */
const TELLS = [/\n {4}at /, /\bnode:internal\b/, /\bnode_modules\b/, /\bfile:\/\/\//, /\b(?:Type|Range|Reference|Syntax)Error: /]

/** What is wrong with an answer; undefined when nothing is. A refusal says why; 503 is ours to give with a reason, and 501 for a tunnel; every other 5xx is a fault. */
export function judge({ isOpenEnded, bytes }: NastyRequest, { status, head, body, hung }: Outcome): string | undefined {
  if (hung && !isOpenEnded) return 'no answer'
  // Who sends a body by halves, or lies about its length, may be left alone.
  if (status === undefined) return isOpenEnded ? undefined : 'the connection was closed without an answer'
  if (status >= 500 && !isReasoned(status, body)) return `${status} ${body.slice(0, 200)}`
  if (/^transfer-encoding:/im.test(head) && /^content-length:/im.test(head)) return 'framed twice'
  if (status < 400) return undefined
  // What was sent comes back in some refusals.
  const told = TELLS.some((pattern) => !bytes.includes(pattern.exec(body)?.[0] ?? ''))
  if (told || body.includes(ROOT)) return `tells of itself: ${body.slice(0, 300)}`
  return undefined
}

/** Busy, or what is asked for is away: with a code or a reason. Or a tunnel, which nobody offers. */
function isReasoned(status: number, body: string): boolean {
  if (status === 501) return body.includes('"no_tunnels"')
  return status === 503 && /"(?:code|reason|message|detail)"\s*:\s*"[^"]{3,}"/.test(body)
}
