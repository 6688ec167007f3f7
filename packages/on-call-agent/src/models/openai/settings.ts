import { HttpUrl } from '@oncall-lab/service-kit/config'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'
import { OptionalText } from '../../connector.ts'

/** Which server speaks Chat Completions; without these variables the embedded rules-model. */
export const openAiSettings = {
  OPENAI_API_KEY: OptionalText,
  OPENAI_BASE_URL: Type.Optional(HttpUrl),
  OPENAI_MODEL: OptionalText,
  /** Seconds that one request may take; a local model that is loaded with it needs more. */
  MODEL_TIMEOUT: Type.Number({ minimum: 1, maximum: 600, default: 45 }),
  /** After so many time-outs in a row the model is left alone for so many seconds. */
  MODEL_CIRCUIT_TIMEOUTS: Type.Integer({ minimum: 1, maximum: 100, default: 2 }),
  MODEL_CIRCUIT_SECONDS: Type.Number({ minimum: 1, maximum: 3_600, default: 60 }),
  RULES_MODEL_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8090/v1' }),
}
const Settings = Type.Object(openAiSettings)

/** OpenAI's own address. */
const OPENAI_URL = 'https://api.openai.com/v1'
const OPENAI_DEFAULT_MODEL = 'gpt-5-mini'

/** The model that was configured, else the embedded one. */
export function chooseModel({
  OPENAI_API_KEY,
  OPENAI_BASE_URL,
  OPENAI_MODEL,
  RULES_MODEL_URL,
}: Pick<Static<typeof Settings>, 'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'OPENAI_MODEL' | 'RULES_MODEL_URL'>): {
  settings: { baseURL: string; apiKey: string; model: string }
  about: ConnectorFacts
} {
  const isEmbedded = !OPENAI_API_KEY && !OPENAI_BASE_URL
  // A local server needs no key, and the SDK needs a text.
  const settings = isEmbedded
    ? { baseURL: RULES_MODEL_URL, apiKey: 'none', model: 'oncall-rules-1' }
    : { baseURL: OPENAI_BASE_URL ?? OPENAI_URL, apiKey: OPENAI_API_KEY ?? 'none', model: OPENAI_MODEL ?? OPENAI_DEFAULT_MODEL }
  return {
    settings,
    about: {
      id: 'model',
      name: 'Model',
      kind: isEmbedded || settings.baseURL === RULES_MODEL_URL ? 'stand_in' : 'real',
      address: settings.baseURL,
      detail: settings.model,
      variable: 'OPENAI_BASE_URL',
    },
  }
}
