import type { ToolCall } from '../incidents/transcript.ts'
import type { Limits } from './limits.ts'

/** Whether a call of an answer is made, or why not. */
export type CallDecision = { kind: 'make' } | { kind: 'refuse'; reason: 'too_many_calls' | 'repeated_call'; message: string }

/** Bounds the calls of one answer, of the whole run, and of the same call; `earlier` are those of the run before this answer. */
export function decideCalls(earlier: ToolCall[], calls: ToolCall[], limits: Limits): CallDecision[] {
  const times = new Map<string, number>()
  for (const call of earlier) times.set(keyOf(call), (times.get(keyOf(call)) ?? 0) + 1)
  return calls.map((call, i): CallDecision => {
    if (i >= limits.callsPerStep) return refuse('too_many_calls', `Too many calls: at most ${limits.callsPerStep} in one answer`)
    if (earlier.length + i >= limits.calls) {
      return refuse('too_many_calls', `Too many calls: the ${limits.calls} of this investigation are used up; conclude from what you have`)
    }
    const before = times.get(keyOf(call)) ?? 0
    times.set(keyOf(call), before + 1)
    if (before < limits.sameCall) return { kind: 'make' }
    return refuse(
      'repeated_call',
      `This call was made ${limits.sameCall} times before with the same arguments; ask for something else, or conclude`,
    )
  })
}

function refuse(reason: 'too_many_calls' | 'repeated_call', message: string): CallDecision {
  return { kind: 'refuse', reason, message }
}

/** White space apart. */
function keyOf({ function: { name, arguments: json } }: ToolCall): string {
  try {
    return `${name} ${JSON.stringify(JSON.parse(json))}`
  } catch {
    return `${name} ${json}`
  }
}
