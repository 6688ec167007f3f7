import { defineConnector } from '../../connector.ts'
import type { Tracker } from '../tracker.ts'
import { chooseJira, isOfProject, jiraSettings } from './settings.ts'

/** Jira Cloud. */
export const jira = defineConnector<Tracker, typeof jiraSettings>({
  id: 'jira',
  settings: jiraSettings,
  connect(config) {
    const { settings, about } = chooseJira(config)
    // Its SDK is a thousand modules, a quarter of the agent's start, and the first ticket is minutes away.
    let client: Promise<Omit<Tracker, 'id' | 'owns'>> | undefined
    const jira = () => {
      client ??= import('./client.ts').then(({ createJiraClient }) => createJiraClient(settings))
      return client
    }
    const port: Tracker = {
      id: 'jira',
      owns: (key) => isOfProject(key, settings.projectKey),
      assignable: async (query) => (await jira()).assignable(query),
      findByLabel: async (label) => (await jira()).findByLabel(label),
      create: async (ticket) => (await jira()).create(ticket),
      assign: async (key, person) => (await jira()).assign(key, person),
      comment: async (key, text) => (await jira()).comment(key, text),
      close: async (key) => (await jira()).close(key),
    }
    return { kind: 'on', port, about }
  },
})
