import { HttpUrl } from '@oncall-lab/service-kit/config'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'
import { OptionalText } from '../../connector.ts'

/** Which server speaks Chat Completions; without these variables the embedded rules-model. */
export const openAiSettings = {
  OPENAI_API_KEY: OptionalText,
  OPENAI_BASE_URL: Type.Optional(HttpUrl),
  OPENAI_MODEL: OptionalText,
  RULES_MODEL_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8090/v1' }),
}
const Settings = Type.Object(openAiSettings)

/** OpenAI's own address. */
const OPENAI_URL = 'https://api.openai.com/v1'
const OPENAI_DEFAULT_MODEL = 'gpt-5-mini'

/** The model that was configured, else the embedded one. */
export function chooseModel({ OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, RULES_MODEL_URL }: Static<typeof Settings>): {
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
