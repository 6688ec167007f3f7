import { HttpUrl } from '@oncall-lab/service-kit/config'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'
import { OptionalText } from '../../connector.ts'

/** Which server speaks Chat Completions or the Responses API; without these variables the embedded rules-model. */
export const openAiSettings = {
  OPENAI_API_KEY: OptionalText,
  OPENAI_BASE_URL: Type.Optional(HttpUrl),
  OPENAI_MODEL: OptionalText,
  /** Which of its two APIs is spoken. */
  OPENAI_API: Type.Enum(['chat', 'responses'], { default: 'chat' }),
  /** Seconds that one request may take; a local model that is loaded with it needs more. */
  MODEL_TIMEOUT: Type.Number({ minimum: 1, maximum: 600, default: 45 }),
  /** After so many time-outs in a row the model is left alone for so many seconds. */
  MODEL_CIRCUIT_TIMEOUTS: Type.Integer({ minimum: 1, maximum: 100, default: 2 }),
  MODEL_CIRCUIT_SECONDS: Type.Number({ minimum: 1, maximum: 3_600, default: 60 }),
  /** Whether the rules-model reads the evidence of a language model's diagnosis for itself. */
  SECOND_READER: Type.Enum(['on', 'off'], { default: 'on' }),
  RULES_MODEL_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8090/v1' }),
}
const Settings = Type.Object(openAiSettings)

/** OpenAI's own address. */
const OPENAI_URL = 'https://api.openai.com/v1'
const OPENAI_DEFAULT_MODEL = 'gpt-5-mini'
const RULES_MODEL = 'oncall-rules-1'

/** The model that was configured, else the embedded one. */
export function chooseModel({
  OPENAI_API_KEY,
  OPENAI_BASE_URL,
  OPENAI_MODEL,
  OPENAI_API = 'chat',
  RULES_MODEL_URL,
}: Pick<Static<typeof Settings>, 'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'OPENAI_MODEL' | 'RULES_MODEL_URL'> &
  Partial<Pick<Static<typeof Settings>, 'OPENAI_API'>>): {
  settings: { api: 'chat' | 'responses'; baseURL: string; apiKey: string; model: string }
  about: ConnectorFacts
} {
  const isEmbedded = !OPENAI_API_KEY && !OPENAI_BASE_URL
  // A local server needs no key, and the SDK needs a text.
  const settings = isEmbedded
    ? { api: OPENAI_API, baseURL: RULES_MODEL_URL, apiKey: 'none', model: RULES_MODEL }
    : {
        api: OPENAI_API,
        baseURL: OPENAI_BASE_URL ?? OPENAI_URL,
        apiKey: OPENAI_API_KEY ?? 'none',
        model: OPENAI_MODEL ?? OPENAI_DEFAULT_MODEL,
      }
  return {
    settings,
    about: {
      id: 'model',
      name: 'Model',
      kind: isEmbedded || settings.baseURL === RULES_MODEL_URL ? 'stand_in' : 'real',
      address: settings.baseURL,
      detail: OPENAI_API === 'responses' ? `${settings.model}, Responses API` : settings.model,
      variable: 'OPENAI_BASE_URL',
    },
  }
}

/** The rules-model beside a language model; undefined where it is the model itself, or not wanted. */
export function chooseSecondReader(
  config: Pick<Static<typeof Settings>, 'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'SECOND_READER' | 'RULES_MODEL_URL'>,
): { baseURL: string; apiKey: string; model: string } | undefined {
  const isEmbedded = (!config.OPENAI_API_KEY && !config.OPENAI_BASE_URL) || config.OPENAI_BASE_URL === config.RULES_MODEL_URL
  return isEmbedded || config.SECOND_READER === 'off' ? undefined : { baseURL: config.RULES_MODEL_URL, apiKey: 'none', model: RULES_MODEL }
}
