import type { AdfNode } from './adf.ts'
import type { Issue, IssueComment } from './issue-store.ts'
import { agentOf, type JiraSite } from './jira-site.ts'
import { userResource } from './people.ts'
import { issueTypeResource, PRIORITIES, PROJECT_ID, priorityResource, projectResource } from './project-catalog.ts'
import { issueTypesOf } from './project-shape.ts'
import { statusOf, statusResource } from './workflow.ts'

interface ResourceContext {
  site: JiraSite
  /** The site's address without a slash at its end. */
  base: string
}

/** The id of an issue, as text: Jira numbers issues over all projects. */
export function issueId({ number }: Pick<Issue, 'number'>): string {
  return String(10_000 + number)
}

/** The key of an issue, e.g. `OPS-7`. */
function issueKey({ number }: Pick<Issue, 'number'>, { projectKey }: JiraSite): string {
  return `${projectKey}-${number}`
}

/** What a create call answers. */
export function createdIssueResource(issue: Issue, { site, base }: ResourceContext) {
  const id = issueId(issue)
  return { id, key: issueKey(issue, site), self: `${base}/rest/api/3/issue/${id}` }
}

/** The issue in Jira's shape; with the fields that are wanted. */
export function issueResource(issue: Issue, comments: IssueComment[], context: ResourceContext, isWanted: (name: string) => boolean) {
  const fields = issueFields(issue, comments, context)
  return {
    expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
    ...createdIssueResource(issue, context),
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name))),
  }
}

function issueFields(issue: Issue, comments: IssueComment[], context: ResourceContext): Record<string, unknown> {
  const { site, base } = context
  const agent = userResource(agentOf(site), base)
  const assignee = site.people.find(({ accountId }) => accountId === issue.assignee)
  const reporter = site.people.find(({ accountId }) => accountId === issue.more.reporter)
  const isDone = issue.more.resolvedMs !== undefined
  const issueType = issueTypesOf(site.shape).find(({ id }) => id === issue.issueTypeId)
  const priority = PRIORITIES.find(({ id }) => id === issue.priorityId)
  return {
    summary: issue.summary,
    issuetype: issueType && issueTypeResource(issueType, base),
    project: projectResource(site.projectKey, base),
    ...(site.shape !== 'plain' && { priority: priority && priorityResource(priority, base) }),
    status: statusResource(statusOf(issue.statusId), base),
    statuscategorychangedate: jiraTime(issue.more.history?.findLast(({ field }) => field === 'status')?.atMs ?? issue.createdMs),
    labels: issue.labels,
    assignee: assignee ? userResource(assignee, base) : null,
    reporter: reporter ? userResource(reporter, base) : agent,
    creator: agent,
    description: issue.description,
    created: jiraTime(issue.createdMs),
    updated: jiraTime(issue.updatedMs),
    duedate: issue.more.duedate ?? null,
    environment: issue.more.environment ?? null,
    resolution: isDone
      ? { self: `${base}/rest/api/3/resolution/10000`, id: '10000', name: 'Done', description: 'Work has been completed.' }
      : null,
    resolutiondate: issue.more.resolvedMs === undefined ? null : jiraTime(issue.more.resolvedMs),
    issuelinks: [],
    subtasks: [],
    components: [],
    fixVersions: [],
    versions: [],
    attachment: [],
    worklog: { startAt: 0, maxResults: 20, total: 0, worklogs: [] },
    watches: { self: `${base}/rest/api/3/issue/${issueKey(issue, site)}/watchers`, watchCount: 0, isWatching: false },
    votes: { self: `${base}/rest/api/3/issue/${issueKey(issue, site)}/votes`, votes: 0, hasVoted: false },
    timeestimate: null,
    timespent: null,
    workratio: -1,
    lastViewed: null,
    ...issue.more.custom,
    comment: commentPage(comments, issue, context),
  }
}

/** Jira's page of comments, oldest first unless `orderBy` is `-created` (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/). */
export function commentPage(
  comments: IssueComment[],
  issue: Issue,
  context: ResourceContext,
  { startAt = 0, maxResults = 100, orderBy = 'created' }: { startAt?: number; maxResults?: number; orderBy?: string } = {},
) {
  const sorted = orderBy === '-created' ? comments.toReversed() : comments
  const shown = sorted.slice(startAt, startAt + maxResults)
  return { comments: shown.map((comment) => commentResource(comment, issue, context)), maxResults, total: comments.length, startAt }
}

/** A comment in Jira's shape. */
export function commentResource({ id, body, createdMs }: IssueComment, issue: Issue, { site, base }: ResourceContext) {
  // A comment's author is a `UserDetails`, which has no locale.
  const { locale: _locale, ...author } = userResource(agentOf(site), base)
  const created = jiraTime(createdMs)
  return {
    self: `${base}/rest/api/3/issue/${issueId(issue)}/comment/${10_000 + id}`,
    id: String(10_000 + id),
    author,
    body: body satisfies AdfNode,
    updateAuthor: author,
    created,
    updated: created,
    jsdPublic: true,
  }
}

/** The project in the shape of `GET /project/{key}`. */
export function fullProjectResource({ site, base }: ResourceContext) {
  return {
    ...projectResource(site.projectKey, base),
    expand: 'description,lead,issueTypes,url,projectKeys,permissions,insight',
    description: 'Incidents of the shop and what follows from them.',
    lead: userResource(agentOf(site), base),
    components: [],
    issueTypes: issueTypesOf(site.shape).map((type) => issueTypeResource(type, base)),
    assigneeType: 'UNASSIGNED',
    versions: [],
    roles: {},
    style: 'classic',
    isPrivate: false,
    properties: {},
    id: PROJECT_ID,
  }
}

/** `2026-11-21T02:28:10.000+0000`, as Jira writes times. */
export function jiraTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000')
}
