import { defineConnector } from '../../connector.ts'
import { withCircuitBreaker } from '../circuit-breaker.ts'
import type { Model } from '../model.ts'
import { createOpenAiModel } from './openai-model.ts'
import { chooseModel, chooseSecondReader, openAiSettings } from './settings.ts'

/** Any server that speaks Chat Completions or the Responses API. */
export const openAi = defineConnector<Model, typeof openAiSettings>({
  id: 'model',
  settings: openAiSettings,
  connect(config) {
    const { settings, about } = chooseModel(config)
    const model = createOpenAiModel({ ...settings, attemptMs: config.MODEL_TIMEOUT * 1_000 })
    const circuit = { timeouts: config.MODEL_CIRCUIT_TIMEOUTS, openMs: config.MODEL_CIRCUIT_SECONDS * 1_000 }
    return { kind: 'on', port: withCircuitBreaker(model, circuit), about }
  },
})

/** A page waits for it, so it is asked once. */
const READER_MS = 3_000

/** The rules-model as second reader of a language model's diagnoses. */
export const secondReader = defineConnector<Model, typeof openAiSettings>({
  id: 'second-reader',
  settings: openAiSettings,
  connect(config) {
    const settings = chooseSecondReader(config)
    const about = { id: 'second-reader', name: 'Second reader', address: settings?.baseURL ?? null, variable: 'SECOND_READER' }
    if (!settings) return { kind: 'off', about: { ...about, kind: 'off' } }
    const model = createOpenAiModel({ ...settings, attemptMs: READER_MS, isPatient: false })
    const circuit = { timeouts: config.MODEL_CIRCUIT_TIMEOUTS, openMs: config.MODEL_CIRCUIT_SECONDS * 1_000 }
    return { kind: 'on', port: { ...withCircuitBreaker(model, circuit), name: settings.model }, about: { ...about, kind: 'stand_in' } }
  },
})
