import { FetchCodeResult } from '@oncall-lab/on-call-agent/functions'
import { type CodeCheck, checkCode } from '../facts/code-check.ts'
import { isDatabaseError } from '../facts/error-kind.ts'
import { type Facts, INSTANCES } from '../facts/facts.ts'
import { type Signature, sharedFrame } from '../facts/signatures.ts'
import { quoteFrom } from '../quote.ts'
import { excerpt } from '../wording.ts'
import { defineSignal, EMPTY, NOT_ASKED, type Place, seen } from './signal.ts'

/** The signature whose place in the code is worth a look: the most frequent one that is not plainly about something else. */
function suspect({ logs }: Facts): Signature | undefined {
  if (logs.kind !== 'seen') return undefined
  const lately = logs.value.signatures.filter(({ share }) => share > 0)
  const own = lately.find(({ kind, frame }) => frame && (kind === 'programming' || kind === 'other'))
  const [top] = lately
  if (own && top && (own.share >= 0.3 || own === top)) return own
  const outside = lately.filter(({ kind }) => isDatabaseError(kind))
  const frame = sharedFrame(outside)
  return outside[0] && frame ? { ...outside[0], frame } : undefined
}

/** Whether the line that the stack names can throw what the log says. */
export const code = defineSignal({
  about: 'the code',
  source: 'code',
  levels: ['fits', 'undecided', 'does_not_fit', 'calls_out', 'unread'],
  abnormal: ['fits'],
  questions: (facts) => {
    const signature = suspect(facts)
    const frame = signature?.frame
    if (!frame) return []
    // Which version runs is asked first.
    return facts.instances.kind === 'not_asked' ? [INSTANCES] : [facts.askCode(frame.file, frame.line, signature.instances)]
  },
  read: (facts) => {
    const signature = suspect(facts)
    const frame = signature?.frame
    if (!signature || !frame || facts.logs.kind !== 'seen') return facts.logs.kind === 'seen' ? EMPTY : NOT_ASKED
    const place = {
      file: frame.file,
      line: frame.line,
      functionName: frame.functionName,
      code: undefined,
      culprit: undefined,
      origin: undefined,
      caller: signature.caller,
    }
    const at = `${frame.file}:${frame.line}`
    const reading = facts.result(FetchCodeResult, facts.askCode(frame.file, frame.line, signature.instances))
    const stack = quoteFrom(facts.logs.call, at, frame.file)
    if (reading.kind !== 'seen')
      return seen('unread', `the stack names ${at}`, {
        quote: stack,
        place,
        notes: reading.kind === 'unseen' ? [`The code at ${at} could not be read (${excerpt(reading.why, 80)}).`] : [],
      })
    const check = checkCode(signature, reading.value)
    if (!check) return seen('unread', `the stack names ${at}, and the fetched code has no such line`, { quote: stack, place })
    return judgeLine(signature, check, {
      place: { ...place, code: check.line, culprit: check.culprit, origin: check.origin },
      quote: quoteFrom(reading.call, check.line),
    })
  },
})

function judgeLine({ kind }: Signature, check: CodeCheck, found: { place: Place; quote: ReturnType<typeof quoteFrom> }) {
  const at = `${found.place.file}:${found.place.line}`
  const reads = `${at} reads \`${excerpt(check.line, 100)}\``
  if (isDatabaseError(kind))
    return /[\w$\])]\s*[(.`]/.test(check.line) ? seen('calls_out', `${at} only passes the call on`, found) : seen('undecided', reads, found)
  if (check.kind === 'fits') return seen('fits', `${reads}, which fits the error`, found)
  if (check.kind === 'does_not_fit')
    return seen('does_not_fit', `${reads}, which cannot throw this: the running code may be another version`, found)
  return seen('undecided', `${reads}, the line that the stack names`, found)
}
