import { defineConnector } from '../../connector.ts'
import type { Tracker } from '../tracker.ts'
import { createJiraClient } from './client.ts'
import { chooseJira, jiraSettings } from './settings.ts'

/** Jira Cloud. */
export const jira = defineConnector<Tracker, typeof jiraSettings>({
  id: 'jira',
  settings: jiraSettings,
  connect(config) {
    const { settings, about } = chooseJira(config)
    return { kind: 'on', port: { id: 'jira', ...createJiraClient(settings) }, about }
  },
})
