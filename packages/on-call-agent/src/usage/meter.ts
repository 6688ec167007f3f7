import type { Incident } from '../api.ts'
import type { ToolOutcome } from '../functions/call-tool.ts'
import type { Store } from '../store/ports.ts'
import type { ModelTurn } from './model-turn.ts'
import { roundTo, sumOfUsage, type Usage } from './usage.ts'

/** The parts of a piece of work that hear of its turns and its calls. */
interface Heard {
  onTurn?: ((turn: ModelTurn) => void) | undefined
  onToolCall: (outcome: ToolOutcome) => void
}

/** What was counted; undefined while the model was asked nothing. */
export interface Meter extends Required<Heard> {
  usage(): Usage | undefined
}

/** Counts a piece of work, and passes on what it hears. */
export function createMeter({ onTurn, onToolCall }: Heard): Meter {
  const turns: Usage[] = []
  const started = performance.now()
  let functionCalls = 0
  return {
    onTurn(turn) {
      onTurn?.(turn)
      turns.push(usageOfTurn(turn))
    },
    onToolCall(outcome) {
      onToolCall(outcome)
      functionCalls += 1
    },
    usage() {
      const sum = sumOfUsage(turns)
      return sum ? { ...sum, function_calls: functionCalls, seconds: roundTo((performance.now() - started) / 1_000, 3) } : undefined
    },
  }
}

function usageOfTurn({ usage, cost_usd, sentBytes, receivedBytes, seconds }: ModelTurn): Usage {
  return {
    input_tokens: usage?.inputTokens ?? 0,
    output_tokens: usage?.outputTokens ?? 0,
    ...(cost_usd !== undefined && { cost_usd }),
    ...{ calls: 1, sent_bytes: sentBytes, received_bytes: receivedBytes, most_sent_bytes: sentBytes, model_seconds: seconds },
  }
}

/** Does a piece of work on an incident and stores what it cost, also when it failed. */
export async function metered<D extends Heard & { store: Pick<Store, 'incidents'> }, T>(
  deps: D,
  { id }: Pick<Incident, 'id'>,
  work: (deps: D) => Promise<T>,
): Promise<T> {
  const meter = createMeter(deps)
  try {
    return await work({ ...deps, onTurn: meter.onTurn, onToolCall: meter.onToolCall })
  } finally {
    const usage = meter.usage()
    if (usage) await deps.store.incidents.append(id, { kind: 'usage', ...usage })
  }
}
