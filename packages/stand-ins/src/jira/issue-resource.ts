import type { AdfNode } from './adf.ts'
import type { Issue, IssueComment } from './issue-store.ts'
import { agentOf, type JiraSite } from './jira-site.ts'
import { userResource } from './people.ts'
import {
  ISSUE_TYPES,
  issueTypeResource,
  PRIORITIES,
  PROJECT_ID,
  priorityResource,
  projectResource,
  statusResource,
} from './project-catalog.ts'

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

/** The issue in Jira's shape; `wanted` are the names of fields, undefined for all. */
export function issueResource(issue: Issue, comments: IssueComment[], context: ResourceContext, wanted?: Set<string>) {
  const fields = issueFields(issue, comments, context)
  return {
    expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
    ...createdIssueResource(issue, context),
    fields: wanted ? Object.fromEntries(Object.entries(fields).filter(([name]) => wanted.has(name))) : fields,
  }
}

function issueFields(issue: Issue, comments: IssueComment[], context: ResourceContext): Record<string, unknown> {
  const { site, base } = context
  const agent = userResource(agentOf(site), base)
  const assignee = site.people.find(({ accountId }) => accountId === issue.assignee)
  const issueType = ISSUE_TYPES.find(({ id }) => id === issue.issueTypeId)
  const priority = PRIORITIES.find(({ id }) => id === issue.priorityId)
  return {
    summary: issue.summary,
    issuetype: issueType && issueTypeResource(issueType, base),
    project: projectResource(site.projectKey, base),
    priority: priority && priorityResource(priority, base),
    status: statusResource(base),
    labels: issue.labels,
    assignee: assignee ? userResource(assignee, base) : null,
    reporter: agent,
    creator: agent,
    description: issue.description,
    created: jiraTime(issue.createdMs),
    updated: jiraTime(issue.updatedMs),
    duedate: null,
    resolution: null,
    resolutiondate: null,
    comment: commentPage(comments, issue, context),
  }
}

/** All comments of an issue as Jira's page of comments. */
export function commentPage(comments: IssueComment[], issue: Issue, context: ResourceContext) {
  const total = comments.length
  return { comments: comments.map((comment) => commentResource(comment, issue, context)), maxResults: 5_000, total, startAt: 0 }
}

/** A comment in Jira's shape. */
export function commentResource({ id, body, createdMs }: IssueComment, issue: Issue, { site, base }: ResourceContext) {
  const author = userResource(agentOf(site), base)
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
    issueTypes: ISSUE_TYPES.map((type) => issueTypeResource(type, base)),
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
function jiraTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000')
}
