import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { redactDeep } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { Value } from 'typebox/value'
import { shorten } from '../channels/shorten.ts'
import type { ToolFailure } from '../functions.ts'
import type { ToolCall } from '../incidents/transcript.ts'
import type { Limits } from './limits.ts'
import { mendArguments } from './mend-arguments.ts'
import { parseArguments } from './parse-arguments.ts'
import type { Tool, ToolContext } from './tool.ts'

/** One finished call; `result` is the JSON text that the model reads, `summary` what a person reads. */
export interface ToolOutcome {
  call: ToolCall
  ok: boolean
  durationMs: number
  result: string
  summary: string
}

/**
 * The tool boundary: whatever goes wrong becomes a result that says so, and nothing else. A result is cut to size before anything looks at it, and
 * redacted.
 */
export async function callTool(
  tools: Tool[],
  call: ToolCall,
  { incident, limits, signal, asked }: ToolContext & { limits: Limits },
): Promise<ToolOutcome> {
  const started = performance.now()
  const outcome = (ok: boolean, result: object, summary: string): ToolOutcome => ({
    call,
    ok,
    durationMs: Math.round(performance.now() - started),
    result: JSON.stringify(redactDeep(result, redact)),
    summary: redact(shorten(summary, WORDS_CHARS)),
  })
  const fail = (code: string, message: string) => {
    const words = shorten(message, WORDS_CHARS)
    return outcome(false, failure(code, words), `${call.function.name} failed: ${words.replace(/\.$/, '')}.`)
  }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.toolMs)])
  try {
    const tool = tools.find(({ name }) => name === call.function.name)
    if (!tool)
      throw new LabError(`There is no function ${call.function.name}; there are: ${tools.map(({ name }) => name).join(', ')}`, {
        code: 'unknown_function',
        status: 400,
      })
    const args = readArguments(tool, call.function.arguments)
    const found = await settleBefore(tool.run(args, { incident, asked, signal: deadline }), deadline)
    const chars = charsOf(found, limits.resultChars)
    if (chars > limits.resultChars)
      return fail('result_too_large', `The result has more than ${limits.resultChars} characters; ask for less`)
    return outcome(true, found, summariseSafely(tool, found))
  } catch (error) {
    return fail(error instanceof LabError ? error.code : 'tool_failed', describeError(error))
  }
}

/** The text of an error or of a summary is somebody else's in part. */
const WORDS_CHARS = 600

/** Levels of a result. */
const DEEPEST = 40

/** The characters of a value as JSON, or some number over the limit: a huge value is not written out to be measured. */
function charsOf(value: unknown, limit: number): number {
  let chars = 0
  const measure = (each: unknown, depth: number): void => {
    if (typeof each === 'string') chars += each.length + 2
    else if (typeof each !== 'object' || each === null) chars += 5
    // Nobody reads what lies deeper, and to walk there could exhaust the stack.
    else if (depth > DEEPEST) chars = limit + 1
    else {
      // Without a list of all names: there may be a million.
      for (const name in each) {
        if (chars > limit) return
        chars += Array.isArray(each) ? 1 : name.length + 4
        measure(Reflect.get(each, name), depth + 1)
      }
    }
  }
  measure(value, 0)
  return chars
}

/** What a function returned is other people's data: a form that nobody expected must not cost the result. */
function summariseSafely(tool: Tool, result: object): string {
  try {
    if (tool.result === undefined || Value.Check(tool.result, result)) return tool.summarise(result)
  } catch {
    // Said below.
  }
  return `${tool.name} returned something unknown.`
}

/** The result of a function that failed. */
export function failure(code: string, message: string): ToolFailure {
  return { error: { code, message } }
}

function readArguments(tool: Tool, json: string): unknown {
  let args: unknown
  try {
    args = parseArguments(json || '{}')
  } catch (cause) {
    throw new LabError(`The arguments of ${tool.name} are not JSON`, { code: 'invalid_arguments', status: 400, cause })
  }
  const mended = mendArguments(tool.parameters, args)
  if (Value.Check(tool.parameters, mended)) return mended
  const problems = Value.Errors(tool.parameters, mended).map(
    ({ instancePath, message }) => `${instancePath.slice(1) || 'arguments'} ${message}`,
  )
  throw new LabError(`The arguments of ${tool.name} do not fit: ${problems.join('; ')}`, { code: 'invalid_arguments', status: 400 })
}

/** A tool that ignores its signal must hold up neither the page nor the end of the process. */
async function settleBefore<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new LabError('The time for this call is over', { code: 'tool_timeout', status: 504, retryable: true }))
  if (deadline.aborted) giveUp()
  deadline.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work, late])
  } finally {
    deadline.removeEventListener('abort', giveUp)
  }
}
