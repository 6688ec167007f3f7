import { HttpUrl } from '@oncall-lab/service-kit/config'
import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'
import { allOrNone, OptionalText, STAND_INS_URL } from '../../connector.ts'
import type { JiraSettings } from './client.ts'
import { readFieldSettings } from './decide-fields.ts'

/** Which Jira site and project; without them the stand-in. */
export const jiraSettings = {
  JIRA_URL: Type.Optional(HttpUrl),
  JIRA_EMAIL: OptionalText,
  JIRA_API_TOKEN: OptionalText,
  JIRA_PROJECT_KEY: Type.Optional(
    Type.String({
      pattern: '^[A-Z][A-Z0-9_]+$',
      description: 'the project key, a capital letter and then capital letters, digits or _, such as OPS',
      accept: (text: string) => text.trim().toUpperCase(),
    }),
  ),
  /** Fields that the project demands: `Affected service=inventory; customfield_10050=3`. */
  JIRA_FIELDS: Type.String({ default: '' }),
  STAND_INS_URL,
}
const Settings = Type.Object(jiraSettings)

/** Jira Cloud where its variables are set, else its stand-in. @throws ConfigError */
export function chooseJira(config: Static<typeof Settings>): { settings: JiraSettings; about: ConnectorFacts } {
  const { JIRA_URL, JIRA_EMAIL, JIRA_API_TOKEN, JIRA_PROJECT_KEY, STAND_INS_URL: standIns } = config
  const real = allOrNone('Jira', { JIRA_URL, JIRA_EMAIL, JIRA_API_TOKEN, JIRA_PROJECT_KEY })
  const settings: JiraSettings = {
    url: real?.JIRA_URL ?? `${standIns}/jira`,
    email: real?.JIRA_EMAIL ?? STAND_IN.jiraEmail,
    apiToken: real?.JIRA_API_TOKEN ?? STAND_IN.jiraApiToken,
    projectKey: real?.JIRA_PROJECT_KEY ?? STAND_IN.jiraProjectKey,
    fields: readFieldSettings(config.JIRA_FIELDS),
  }
  const isStandIn = !real || settings.url.startsWith(standIns)
  return {
    settings,
    about: {
      id: 'jira',
      name: 'Jira',
      kind: isStandIn ? 'stand_in' : 'real',
      address: settings.url,
      detail: `project ${settings.projectKey}`,
      variable: 'JIRA_URL',
    },
  }
}

/** Whether an issue with this key is one of the project's. */
export const isOfProject = (key: string, projectKey: string) => key.startsWith(`${projectKey}-`)
