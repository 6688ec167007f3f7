import type { PhoneConversation } from '../api.ts'
import type { IssueStore } from './issue-store.ts'
import type { JiraSite } from './jira-site.ts'
import { statusOf } from './workflow.ts'

/** The issues as the phone's page lists them, newest first, with the paths of their pages. */
export function listIssues(store: IssueStore, { projectKey, people }: JiraSite): PhoneConversation['issues'] {
  return store
    .all()
    .reverse()
    .map(({ number, summary, assignee, statusId }) => ({
      tracker: 'jira',
      key: `${projectKey}-${number}`,
      summary,
      assignee: people.find(({ accountId }) => accountId === assignee)?.displayName ?? null,
      status: statusOf(statusId).name,
      url: `/jira/browse/${projectKey}-${number}`,
    }))
}
