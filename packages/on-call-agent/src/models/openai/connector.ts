import { defineConnector } from '../../connector.ts'
import type { Model } from '../model.ts'
import { createOpenAiModel } from './openai-model.ts'
import { chooseModel, openAiSettings } from './settings.ts'

/** Any server that speaks Chat Completions. */
export const openAi = defineConnector<Model, typeof openAiSettings>({
  id: 'model',
  settings: openAiSettings,
  connect(config, { limits }) {
    const { settings, about } = chooseModel(config)
    return { kind: 'on', port: createOpenAiModel({ ...settings, attemptMs: limits.modelAttemptMs }), about }
  },
})
