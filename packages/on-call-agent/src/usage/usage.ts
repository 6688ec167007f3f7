import { type Static, Type } from 'typebox'

/** What a piece of work cost: the model's answers, and the functions that were called. */
export const Usage = Type.Object({
  /** As the model's server counts; 0 where it does not. */
  input_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  /** By the price table; absent where the model has no price. */
  cost_usd: Type.Optional(Type.Number()),
  /** Requests to the model, also those that failed. */
  calls: Type.Integer(),
  function_calls: Type.Optional(Type.Integer()),
  /** Of the transcripts that were sent, and of the answers, as JSON. */
  sent_bytes: Type.Optional(Type.Integer()),
  received_bytes: Type.Optional(Type.Integer()),
  /** The largest transcript of one request. */
  most_sent_bytes: Type.Optional(Type.Integer()),
  /** In which the model was waited for. */
  model_seconds: Type.Optional(Type.Number()),
  /** From beginning to end. */
  seconds: Type.Optional(Type.Number()),
})
export type Usage = Static<typeof Usage>

/** All of it together; null where nothing was counted. */
export function sumOfUsage(parts: Usage[]): Usage | null {
  if (parts.length === 0) return null
  const sum = (read: (part: Usage) => number | undefined) => parts.reduce((total, part) => total + (read(part) ?? 0), 0)
  const isPriced = parts.every(({ cost_usd }) => cost_usd !== undefined)
  return {
    input_tokens: sum((part) => part.input_tokens),
    output_tokens: sum((part) => part.output_tokens),
    ...(isPriced && {
      cost_usd: roundTo(
        sum((part) => part.cost_usd),
        6,
      ),
    }),
    calls: sum((part) => part.calls),
    function_calls: sum((part) => part.function_calls),
    sent_bytes: sum((part) => part.sent_bytes),
    received_bytes: sum((part) => part.received_bytes),
    most_sent_bytes: Math.max(...parts.map((part) => part.most_sent_bytes ?? 0)),
    model_seconds: roundTo(
      sum((part) => part.model_seconds),
      3,
    ),
    seconds: roundTo(
      sum((part) => part.seconds),
      3,
    ),
  }
}

/** `3 model calls, 2,100 + 340 tokens ($0.0012), 4 function calls, 21 kB sent, 0.8 s`. */
export function usageInWords({
  calls,
  input_tokens,
  output_tokens,
  cost_usd,
  function_calls = 0,
  sent_bytes = 0,
  seconds = 0,
}: Usage): string {
  const cost = cost_usd === undefined ? '' : ` ($${cost_usd.toFixed(4)})`
  const tokens = `${input_tokens.toLocaleString('en-US')} + ${output_tokens.toLocaleString('en-US')} tokens${cost}`
  return `${calls} model calls, ${tokens}, ${function_calls} function calls, ${Math.round(sent_bytes / 1_000)} kB sent, ${seconds} s`
}

/** Without the digits that only the computer's numbers have. */
export const roundTo = (value: number, digits: number) => Number(value.toFixed(digits))
