import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createCloudClient } from 'jira.js/cloud'
import type { Priority } from '../../api.ts'
import type { Person } from '../decide-assignee.ts'
import { toAdf } from './adf.ts'

/** Which Jira and which project; from the configuration. */
export interface JiraSettings {
  /** `https://example.atlassian.net`. */
  url: string
  email: string
  apiToken: string
  projectKey: string
}

/** An issue, as far as we need it. */
export interface Issue {
  key: string
  /** Opens in a browser. */
  url: string
  assignee: string | null
}

/** Files issues in one project. All methods @throws UpstreamError. */
export interface JiraClient {
  /** People whom this project lets be assigned and whose name or address matches; all of them for ''. At most 50. */
  assignablePeople(query: string): Promise<Person[]>
  /** The first issue with this label. */
  findByLabel(label: string): Promise<Issue | undefined>
  create(issue: { summary: string; description: string; label: string; priority: Priority; assignee: Person | undefined }): Promise<Issue>
  assign(key: string, person: Person): Promise<void>
}

/** Jira's default priority scheme. */
const PRIORITY_NAMES: Record<Priority, string> = { low: 'Low', medium: 'Medium', high: 'High', critical: 'Highest' }

/** https://developer.atlassian.com/cloud/jira/platform/rest/v3. No call is repeated by itself: a repeated create would make a second issue. */
export function createJiraClient({ url, email, apiToken, projectKey }: JiraSettings): JiraClient {
  const jira = createCloudClient({ host: url, auth: { type: 'basic', email, apiToken } })
  const browse = (key: string) => `${url}/browse/${key}`
  return {
    assignablePeople: (query) =>
      told('look up people', async () => {
        const users = await jira.userSearch.findAssignableUsers({ project: projectKey, query, maxResults: 50 })
        return users.flatMap(({ accountId, displayName, active }) =>
          accountId && active !== false ? [{ accountId, displayName: displayName ?? accountId }] : [],
        )
      }),
    findByLabel: (label) =>
      told('search', async () => {
        const jql = `project = "${projectKey}" AND labels = "${label}"`
        const { issues = [] } = await jira.issueSearch.searchAndReconsileIssuesUsingJql({ jql, maxResults: 1, fields: ['assignee'] })
        const [issue] = issues
        if (!issue?.key) return undefined
        return { key: issue.key, url: browse(issue.key), assignee: issue.fields?.assignee?.displayName ?? null }
      }),
    create: ({ summary, description, label, priority, assignee }) =>
      told('create an issue', async () => {
        const { key } = await jira.issues.createIssue({
          fields: {
            project: { key: projectKey },
            issuetype: { name: 'Task' },
            summary: summary.replace(/\s+/g, ' ').slice(0, 255),
            description: toAdf(description),
            labels: [label],
            priority: { name: PRIORITY_NAMES[priority] },
            ...(assignee && { assignee: { accountId: assignee.accountId } }),
          },
        })
        if (!key) throw new UpstreamError('Jira created an issue and did not say which', { code: 'upstream_garbled' })
        return { key, url: browse(key), assignee: assignee?.displayName ?? null }
      }),
    assign: (issueIdOrKey, { accountId }) =>
      told('assign an issue', async () => {
        await jira.issues.assignIssue({ issueIdOrKey, accountId })
      }),
  }
}

async function told<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof UpstreamError) throw cause
    const status = cause instanceof Error && 'status' in cause && typeof cause.status === 'number' ? cause.status : undefined
    throw new UpstreamError(`Jira could not ${what}`, {
      code: status === undefined ? 'upstream_unreachable' : 'upstream_status',
      ...(status !== undefined && { upstreamStatus: status }),
      cause,
    })
  }
}
