import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { createGitHubClient } from './client.ts'
import { getCodeDiff, listCommits } from './commits.ts'
import { fetchCodeFromGitHub } from './fetch-code-from-github.ts'
import { chooseGitHub, githubSettings } from './settings.ts'

/** The code of the service, from its repository. */
export const github = defineConnector<Target, typeof githubSettings>({
  id: 'github',
  settings: githubSettings,
  connect(config) {
    const { settings, services, about } = chooseGitHub(config)
    const holds = (service: string) => services === undefined || services.includes(service)
    const client = createGitHubClient(settings)
    const port: Target = {
      id: 'github',
      sees: 'the code, for example at the top frame of a stack, and what was committed',
      covers: async ({ service }) => holds(service),
      firstLook: [],
      functions: [fetchCodeFromGitHub(client, holds), getCodeDiff(client, holds), listCommits(client, holds)],
    }
    return { kind: 'on', port, about }
  },
})
