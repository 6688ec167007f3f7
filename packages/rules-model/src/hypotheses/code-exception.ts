import { type CodeCheck, checkCode } from '../facts/code-check.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import { askCode, type Facts, INSTANCES } from '../facts/facts.ts'
import { causeOfOtherErrors } from '../facts/other-errors.ts'
import type { Signature } from '../facts/signatures.ts'
import { sayWhere, whereErrorsAre } from '../facts/where.ts'
import { quoteFrom } from '../quote.ts'
import { clock, excerpt, list, percent } from '../wording.ts'
import type { Assessment, Finding, Hypothesis } from './hypothesis.ts'

/** An exception that the service's own code throws: one signature, one place in the code. */
export const codeException: Hypothesis = {
  id: 'code_exception',
  name: "An exception in the service's own code",
  explains: ['errors'],
  questions: (facts) => {
    const frame = suspect(facts)?.frame
    return frame ? [askCode(frame.file, frame.line), INSTANCES] : []
  },
  assess,
  conclude: (facts) => {
    const signature = suspect(facts)
    const check = signature && codeOf(facts, signature)
    return {
      rootCause: signature ? rootCause(facts, signature, check) : 'Requests fail, and the log does not say at what.',
      component: facts.service,
      instances: whereErrorsAre(facts).instances,
      routes: signature?.routes ?? [],
      nextSteps: signature ? nextSteps(facts, signature, check) : ['Look at the log of the service by hand.'],
      suggestedFix: signature && suggestFix(signature, check),
      place: signature?.frame && { file: signature.frame.file, line: signature.frame.line },
    }
  },
  hasEased: errorsHaveEased,
}

function suspect({ logs }: Facts): Signature | undefined {
  return logs.kind === 'seen'
    ? logs.value.signatures.find(({ kind, share }) => (kind === 'programming' || kind === 'other') && share > 0)
    : undefined
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  if (facts.logs.kind === 'unseen') assessment.unseen.push(`the log (${facts.logs.why})`)
  if (facts.rate.kind === 'unseen') assessment.unseen.push(`the error rate (${facts.rate.why})`)
  const signature = suspect(facts)
  if (facts.logs.kind !== 'seen') return assessment
  if (!signature) {
    const [first] = facts.logs.value.signatures
    const says = first
      ? `the log shows "${excerpt(first.message, 80)}", which ${first.kind === 'memory' ? 'is a lack of memory' : 'comes from behind the service'}`
      : 'the log holds no error'
    assessment.against.push({ source: 'log', weight: 0.8, says, quote: quoteFrom(facts.logs.call, first?.message ?? '"count":0') })
    return assessment
  }
  assessment.for.push(logFinding(facts, signature))
  const rate = rateFindings(facts, signature.routes)
  assessment.for.push(...rate.for)
  assessment.against.push(...rate.against)
  weighCode(facts, signature, assessment)
  return assessment
}

function logFinding(facts: Facts, signature: Signature): Finding {
  const says = `${percent(signature.share)} of the newest log entries are "${excerpt(signature.message, 120)}"`
  const weight = (signature.kind === 'programming' ? 0.2 : 0.1) + 0.35 * signature.share
  return { source: 'log', weight, says, quote: facts.logs.kind === 'seen' ? quoteFrom(facts.logs.call, signature.message) : undefined }
}

function weighCode(facts: Facts, signature: Signature, assessment: Assessment): void {
  const { frame } = signature
  if (!frame) return
  const place = `${frame.file}:${frame.line}`
  const code = facts.code(frame.file, frame.line)
  if (code.kind === 'unseen') assessment.unseen.push(`the code at ${place} (${code.why})`)
  if (code.kind !== 'seen') return
  const check = checkCode(signature, code.value)
  if (!check) assessment.unseen.push(`line ${frame.line} of ${frame.file}`)
  else if (check.kind === 'does_not_fit')
    assessment.against.push({
      source: 'code',
      weight: 0.25,
      says: `${place} reads "${excerpt(check.line, 80)}", which cannot throw this: the running code may be another version`,
    })
  else {
    const quote = quoteFrom(code.call, check.line)
    const fits = check.kind === 'fits'
    assessment.for.push({
      source: 'code',
      weight: fits ? 0.65 : 0.25,
      says: `${place} reads "${excerpt(check.line, 100)}", ${fits ? 'which fits the error' : 'the line that the stack names'}`,
      quote,
    })
  }
}

function codeOf(facts: Facts, { frame, ...signature }: Signature): CodeCheck | undefined {
  const code = frame && facts.code(frame.file, frame.line)
  return code?.kind === 'seen' ? checkCode({ ...signature, frame }, code.value) : undefined
}

function rootCause(facts: Facts, signature: Signature, check: CodeCheck | undefined): string {
  const { frame, error, message, routes } = signature
  const named = error !== undefined && !message.startsWith(error) ? `${error}: ${message}` : message
  const where = sayWhere(whereErrorsAre(facts))
  const code =
    check?.kind === 'fits'
      ? ` The line reads \`${excerpt(check.line, 120)}\` and fits the error${check.culprit ? `: \`${check.culprit}\` is ${nothing(message)} there` : ''}.`
      : ''
  const unsure =
    frame && !check
      ? ' The code could not be read, so the line is the stack’s word only.'
      : check?.kind === 'does_not_fit'
        ? ' The line read from the repository does not fit the error: the running version may differ.'
        : ''
  const share = rateFindings(facts, routes).for[0]?.says
  return `Requests to ${list(routes.slice(0, 3)) || facts.service} fail${where} with "${excerpt(named, 200)}"${frame ? ` thrown at ${frame.file}:${frame.line}` : ''}${
    frame?.functionName ? ` (${excerpt(frame.functionName, 60)})` : ''
  }.${code}${unsure}${share ? ` ${share.charAt(0).toUpperCase()}${share.slice(1)}.` : ''}${causeOfOtherErrors(facts, signature)}`
}

/** Which of the two nothings V8 met. */
function nothing(message: string): string {
  return /\bnull\b/.test(message) ? 'null' : 'undefined'
}

function nextSteps(facts: Facts, { frame, message, first, routes, entries }: Signature, check: CodeCheck | undefined): string[] {
  const { kind, instances, spared } = whereErrorsAre(facts)
  const [sample] = entries.slice(-1)
  const request = sample?.method && sample.route ? `${sample.method} ${sample.route}` : routes[0]
  return [
    frame
      ? `Open ${frame.file} at line ${frame.line}${check?.culprit ? ` and find out why ${excerpt(check.culprit, 60)} is ${nothing(message)}` : ' and handle the failing case'}.`
      : 'Find the place that throws: the log names no line.',
    ...(kind === 'only'
      ? [`Compare ${instances.join(', ')} with ${spared[0]}: only the former fails; taking it out of rotation stops the errors.`]
      : []),
    `Look for a release or a change of data shortly before ${clock(first)}, the first such entry seen; roll back if there was one.`,
    ...(request ? [`Reproduce it with ${request} and keep that request as a test.`] : []),
  ]
}

function suggestFix({ frame, caller, message }: Signature, check: CodeCheck | undefined): string | undefined {
  if (!frame) return undefined
  const place = `${frame.file}:${frame.line}`
  if (!check) return `Handle "${excerpt(message, 120)}" at ${place} (the code could not be read, so this is not checked).`
  if (check.kind === 'does_not_fit') return `First make sure which version runs: ${place} in the repository does not fit the error.`
  if (!check.culprit) return `Handle the case behind "${excerpt(message, 120)}" at ${place}: \`${excerpt(check.line, 150)}\`.`
  const origin = check.origin
    ? ` It gets its value on line ${check.origin.line}: \`${excerpt(check.origin.text, 120)}\`.`
    : caller
      ? ` The call comes from ${caller.file}:${caller.line}.`
      : ''
  return `Check \`${check.culprit}\` for null and undefined before ${place} uses it, and answer such a request with a 4xx or a default instead of an exception.${origin}`
}
