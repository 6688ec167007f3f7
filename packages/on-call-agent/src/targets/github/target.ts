import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { createGitHubClient } from './client.ts'
import { fetchCodeFromGitHub } from './fetch-code-from-github.ts'
import { chooseGitHub, githubSettings } from './settings.ts'

/** The code of the service, from its repository. */
export const github = defineConnector<Target, typeof githubSettings>({
  id: 'github',
  settings: githubSettings,
  connect(config) {
    const { settings, about } = chooseGitHub(config)
    const port: Target = {
      id: 'github',
      sees: 'The code of the service, for example at the top frame of a stack.',
      covers: async () => true,
      firstLook: [],
      functions: [fetchCodeFromGitHub(createGitHubClient(settings))],
    }
    return { kind: 'on', port, about }
  },
})
