import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { schemaProblem } from '@oncall-lab/service-kit/schema-problem'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ModelUsage } from '../models/model.ts'

const Usd = Type.Number({ minimum: 0, maximum: 100_000 })
const PriceFile = Type.Object({
  source: Type.Optional(Type.String()),
  usd_per_million_tokens: Type.Record(
    Type.String(),
    Type.Object({ input: Usd, cached: Type.Optional(Usd), output: Usd }, { additionalProperties: false }),
  ),
})

/** Dollars of one answer; undefined where the model has no price. */
export type CostOf = (model: string, usage: ModelUsage) => number | undefined

/** The prices that come with the agent, and before them those of a file. @throws ConfigError */
export function readPrices(path: string | undefined): CostOf {
  const own = path === undefined ? {} : readFile(path)
  const table = new Map(Object.entries({ ...readFile(join(import.meta.dirname, 'model-prices.json')), ...own }))
  const priceOf = (model: string) => table.get(model) ?? table.get(withoutDate(model))
  return (model, { inputTokens, outputTokens, cachedTokens = 0 }) => {
    const price = priceOf(model)
    if (!price) return undefined
    const cached = Math.min(cachedTokens, inputTokens)
    const micro = (inputTokens - cached) * price.input + cached * (price.cached ?? price.input) + outputTokens * price.output
    return micro / 1e6
  }
}

/** `gpt-5-mini-2025-08-07` costs what `gpt-5-mini` does. */
const withoutDate = (model: string) => model.replace(/-\d{4}-\d\d-\d\d$/, '')

function readFile(path: string) {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`MODEL_PRICES: ${path} cannot be read as JSON: ${describeError(error)}`)
  }
  if (Value.Check(PriceFile, value)) return value.usd_per_million_tokens
  const problem = schemaProblem(PriceFile, value)
  throw new ConfigError(`MODEL_PRICES: ${path}${problem?.path.replaceAll('/', '.')} ${problem?.message}`)
}
