import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { findSimilarIncidents } from './find-similar-incidents.ts'
import { listIncidents } from './list-incidents.ts'
import { memorySettings } from './settings.ts'

/** The agent's own memory: earlier incidents and what they were. */
export const memory = defineConnector<Target, typeof memorySettings>({
  id: 'memory',
  settings: memorySettings,
  connect(_config, { remembered }) {
    const port: Target = {
      id: 'memory',
      sees: 'earlier incidents',
      covers: async () => true,
      firstLook: [],
      functions: [listIncidents(() => remembered().incidents), findSimilarIncidents(remembered)],
    }
    return { kind: 'on', port, about: { id: 'memory', name: 'Earlier incidents', kind: 'real', address: null } }
  },
})
