import { defineConnector } from '../../connector.ts'
import { withCircuitBreaker } from '../circuit-breaker.ts'
import type { Model } from '../model.ts'
import { createOpenAiModel } from './openai-model.ts'
import { chooseModel, openAiSettings } from './settings.ts'

/** Any server that speaks Chat Completions. */
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
