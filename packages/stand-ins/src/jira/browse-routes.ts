import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '@oncall-lab/service-kit/service'
import { adfHtml, escapeHtml } from './adf-html.ts'
import type { Issue, IssueComment } from './issue-store.ts'
import type { JiraOptions } from './jira-options.ts'
import { agentOf, issueNumber, type JiraSite } from './jira-site.ts'
import { ISSUE_TYPES, PRIORITIES, PROJECT_NAME } from './project-catalog.ts'
import { statusOf } from './workflow.ts'

const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** `GET /browse/{key}`: a page per issue, which the link in a message opens. */
export async function browseRoutes(app: Service, { site, store }: JiraOptions): Promise<void> {
  const style = readFileSync(join(import.meta.dirname, 'browse.css'), 'utf8')
  app.get('/browse/page.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(style),
  )

  app.get<{ Params: { key: string } }>('/browse/:key', async (request, reply) => {
    const number = issueNumber(site, request.params.key)
    const issue = number === undefined ? undefined : store.get(number)
    const html = issue
      ? issuePage(issue, store.comments(issue.number), site)
      : layout('No such issue', '<h1>No such issue</h1><p>It was never filed here, or the stand-in was started on a new database.</p>')
    return reply
      .code(issue ? 200 : 404)
      .header('content-security-policy', POLICY)
      .header('x-content-type-options', 'nosniff')
      .type('text/html; charset=utf-8')
      .send(html)
  })
}

function issuePage(issue: Issue, comments: IssueComment[], site: JiraSite): string {
  const key = `${site.projectKey}-${issue.number}`
  const nameOf = (accountId: string | null) => site.people.find((person) => person.accountId === accountId)?.displayName
  const facts: [string, string][] = [
    ['Status', statusOf(issue.statusId).name],
    ['Type', ISSUE_TYPES.find(({ id }) => id === issue.issueTypeId)?.name ?? ''],
    ['Priority', PRIORITIES.find(({ id }) => id === issue.priorityId)?.name ?? ''],
    ['Assignee', nameOf(issue.assignee) ?? 'Unassigned'],
    ['Reporter', agentOf(site).displayName],
    ['Labels', issue.labels.join(', ') || 'None'],
    ['Created', time(issue.createdMs)],
    ['Updated', time(issue.updatedMs)],
  ]
  const rows = facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')
  const remarks = comments.map(
    ({ createdMs, body }) =>
      `<article><header>${escapeHtml(agentOf(site).displayName)} <time>${time(createdMs)}</time></header>${adfHtml(body)}</article>`,
  )
  return layout(
    `${key} ${issue.summary}`,
    `<p class="path">${PROJECT_NAME} / ${key}</p>
     <h1>${escapeHtml(issue.summary)}</h1>
     <div class="columns">
       <section aria-label="Description" class="text">${issue.description ? adfHtml(issue.description) : '<p class="quiet">No description.</p>'}
         ${remarks.length > 0 ? `<h2>Comments</h2>${remarks.join('')}` : ''}
       </section>
       <dl aria-label="Details">${rows}</dl>
     </div>`,
  )
}

function layout(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/jira/browse/page.css">
</head>
<body>
<nav><a href="/">Back to the phone</a><span>Stand-in of Jira, on this machine</span></nav>
<main>${content}</main>
</body>
</html>
`
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
