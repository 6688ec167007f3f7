import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { Value } from 'typebox/value'
import type { Incident } from '../api.ts'
import type { ToolFailure } from '../functions.ts'
import type { ToolCall } from '../incidents/transcript.ts'
import type { Limits } from './limits.ts'
import { redact } from './redact.ts'
import type { Tool } from './tool.ts'

/** One finished call; `result` is the JSON text that the model reads. */
export interface ToolOutcome {
  call: ToolCall
  ok: boolean
  durationMs: number
  result: string
}

/** The tool boundary: whatever goes wrong becomes a result that says so, and nothing else; a result never carries a credential. */
export async function callTool(
  tools: Tool[],
  call: ToolCall,
  { incident, limits, signal }: { incident: Incident; limits: Limits; signal: AbortSignal },
): Promise<ToolOutcome> {
  const started = performance.now()
  const outcome = (ok: boolean, result: object): ToolOutcome => ({
    call,
    ok,
    durationMs: Math.round(performance.now() - started),
    result: redact(JSON.stringify(result)),
  })
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.toolMs)])
  try {
    const tool = tools.find(({ name }) => name === call.function.name)
    if (!tool)
      throw new LabError(`There is no function ${call.function.name}; there are: ${tools.map(({ name }) => name).join(', ')}`, {
        code: 'unknown_function',
        status: 400,
      })
    const args = readArguments(tool, call.function.arguments)
    const done = outcome(true, await settleBefore(tool.run(args, { incident, signal: deadline }), deadline))
    return done.result.length <= limits.resultChars
      ? done
      : outcome(false, failure('result_too_large', `The result has ${done.result.length} characters; ask for less`))
  } catch (error) {
    return outcome(false, failure(error instanceof LabError ? error.code : 'tool_failed', describeError(error)))
  }
}

/** The result of a function that failed. */
export function failure(code: string, message: string): ToolFailure {
  return { error: { code, message } }
}

function readArguments(tool: Tool, json: string): unknown {
  let args: unknown
  try {
    args = JSON.parse(json || '{}')
  } catch (cause) {
    throw new LabError(`The arguments of ${tool.name} are not JSON`, { code: 'invalid_arguments', status: 400, cause })
  }
  if (Value.Check(tool.parameters, args)) return args
  const problems = Value.Errors(tool.parameters, args).map(
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
