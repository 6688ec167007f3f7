import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import { isRecord } from './adf.ts'
import { adfHtml } from './adf-html.ts'
import { decideComment, decideIssue } from './decide-issue.ts'
import { commentPage, commentResource, createdIssueResource, issueResource, jiraTime } from './issue-resource.ts'
import type { Issue } from './issue-store.ts'
import { issueNotFound, JiraError } from './jira-error.ts'
import { type JiraOptions, siteAddress } from './jira-options.ts'
import { agentOf, assignablePerson, issueNumber } from './jira-site.ts'
import { userResource } from './people.ts'
import { fieldFilter } from './wanted-fields.ts'
import { statusOf, transitionList, transitionTarget } from './workflow.ts'

/** Creating, reading, changing, assigning and commenting issues, and moving them through the workflow. */
export async function issueRoutes(app: Service, { site, store, now }: JiraOptions): Promise<void> {
  const contextOf = (request: FastifyRequest) => ({ site, base: siteAddress(request) })

  function issueOf(request: FastifyRequest): Issue {
    const { key } = request.params as { key: string }
    const number = issueNumber(site, key)
    const issue = number === undefined ? undefined : store.get(number)
    if (!issue) throw issueNotFound()
    return issue
  }

  app.post('/issue', async (request, reply) => {
    const issue = store.add({ ...decideIssue(request.body, site), createdMs: now() })
    return reply.code(201).send(createdIssueResource(issue, contextOf(request)))
  })

  app.get('/issue/:key', async (request) => {
    const issue = issueOf(request)
    const { fields, expand = '' } = request.query as { fields?: string | string[]; expand?: string }
    const resource = issueResource(issue, store.comments(issue.number), contextOf(request), fieldFilter(fields))
    if (!expand.split(',').includes('renderedFields')) return resource
    return { ...resource, renderedFields: { description: issue.description && adfHtml(issue.description) } }
  })

  app.put('/issue/:key/assignee', async (request, reply) => {
    const issue = issueOf(request)
    store.update({ ...issue, assignee: readAssignee(request.body) }, now())
    return reply.code(204).send()
  })

  function readAssignee(body: unknown): string | null {
    const given = isRecord(body) ? body.accountId : undefined
    // "-1" asks for the project's default assignee, which is nobody here.
    if (given === null || given === '-1') return null
    if (given === undefined)
      throw new JiraError(400, {
        errorMessages: ["'accountId' must be the only user identifying query parameter in GDPR strict mode."],
      })
    const person = assignablePerson(site, given)
    if (!person) throw new JiraError(400, { errors: { assignee: `User '${String(given)}' cannot be assigned issues.` } })
    return person.accountId
  }

  app.post('/issue/:key/comment', async (request, reply) => {
    const issue = issueOf(request)
    const comment = store.comment(issue.number, decideComment(request.body), now())
    return reply.code(201).send(commentResource(comment, issue, contextOf(request)))
  })

  app.get('/issue/:key/comment', async (request) => {
    const issue = issueOf(request)
    const { startAt, maxResults, orderBy } = request.query as Record<string, string | undefined>
    return commentPage(store.comments(issue.number), issue, contextOf(request), {
      startAt: Math.max(0, Number(startAt ?? 0) || 0),
      maxResults: Math.max(0, Number(maxResults ?? 100) || 100),
      ...(orderBy && { orderBy }),
    })
  })

  app.get<{ Params: { id: string } }>('/issue/:key/comment/:id', async (request) => {
    const issue = issueOf(request)
    return commentResource(commentOf(issue, request.params.id), issue, contextOf(request))
  })

  function commentOf(issue: Issue, wanted: string) {
    const comment = store.comments(issue.number).find(({ id }) => String(10_000 + id) === wanted)
    if (!comment) throw new JiraError(404, { errorMessages: [`Can not find a comment for the id: ${wanted}.`] })
    return comment
  }

  app.put<{ Params: { id: string } }>('/issue/:key/comment/:id', async (request) => {
    const issue = issueOf(request)
    const comment = commentOf(issue, request.params.id)
    const body = decideComment(request.body)
    store.rewriteComment(comment.id, body)
    return commentResource({ ...comment, body }, issue, contextOf(request))
  })

  app.get('/issue/:key/transitions', async (request) => {
    issueOf(request)
    return transitionList(siteAddress(request))
  })

  app.post('/issue/:key/transitions', async (request, reply) => {
    const issue = issueOf(request)
    const given = isRecord(request.body) && isRecord(request.body.transition) ? request.body.transition.id : undefined
    const target = transitionTarget(given)
    if (!target) throw new JiraError(400, { errorMessages: ['It seems that you have tried to perform an illegal workflow operation.'] })
    const { resolvedMs: _resolved, ...rest } = issue.more
    const change = { atMs: now(), field: 'status', from: issue.statusId, to: target.id }
    const more = { ...rest, history: [...(rest.history ?? []), change], ...(target.category.key === 'done' && { resolvedMs: now() }) }
    store.update({ ...issue, statusId: target.id, more }, now())
    return reply.code(204).send()
  })

  app.put('/issue/:key', async (request, reply) => {
    const issue = issueOf(request)
    const fields = isRecord(request.body) && isRecord(request.body.fields) ? request.body.fields : {}
    const { createdMs: _created, updatedMs: _updated, ...kept } = issue
    const current = {
      project: { key: site.projectKey },
      issuetype: { id: kept.issueTypeId },
      summary: kept.summary,
      description: kept.description,
      labels: kept.labels,
      ...(kept.assignee !== null && { assignee: { accountId: kept.assignee } }),
      ...(site.shape !== 'plain' && { priority: { id: kept.priorityId } }),
      ...kept.more.custom,
    }
    const { more, ...decided } = decideIssue({ fields: { ...current, ...fields } }, site)
    store.update({ ...issue, ...decided, more: { ...issue.more, ...more } }, now())
    return reply.code(204).send()
  })

  app.get('/issue/:key/watchers', async (request) => {
    const { number } = issueOf(request)
    return { self: `${siteAddress(request)}/rest/api/3/issue/${number}/watchers`, isWatching: false, watchCount: 0, watchers: [] }
  })

  app.post('/issue/bulk', async (request, reply) => {
    const updates: unknown[] = isRecord(request.body) && Array.isArray(request.body.issueUpdates) ? request.body.issueUpdates : []
    // One that is wrong does not keep the others from being created.
    const issues: object[] = []
    const errors: object[] = []
    for (const [failedElementNumber, update] of updates.entries()) {
      try {
        issues.push(createdIssueResource(store.add({ ...decideIssue(update, site), createdMs: now() }), contextOf(request)))
      } catch (error) {
        if (!(error instanceof JiraError)) throw error
        const { status, errorMessages, errors: wrong } = error
        errors.push({ status, elementErrors: { errorMessages, errors: wrong }, failedElementNumber })
      }
    }
    return reply.code(issues.length > 0 ? 201 : 400).send({ issues, errors })
  })

  app.delete('/issue/:key', async (request, reply) => {
    store.remove(issueOf(request).number)
    return reply.code(204).send()
  })

  app.get('/issue/:key/changelog', async (request) => {
    const { more } = issueOf(request)
    const values = (more.history ?? []).map(({ atMs, field, from, to }, at) => ({
      id: String(10_000 + at),
      author: userResource(agentOf(site), siteAddress(request)),
      created: jiraTime(atMs),
      items: [{ field, fieldtype: 'jira', fieldId: field, from, fromString: nameOf(from), to, toString: nameOf(to) }],
    }))
    return { startAt: 0, maxResults: 100, total: values.length, isLast: true, values }
  })

  app.post('/issue/:key/remotelink', async (request, reply) => {
    const issue = issueOf(request)
    const { object } = isRecord(request.body) ? request.body : {}
    const { url, title } = isRecord(object) ? object : {}
    if (typeof url !== 'string' || typeof title !== 'string' || title === '')
      throw new JiraError(400, { errors: { title: "'title' is required.", url: "'url' is required." } })
    const id = 10_000 + (issue.more.links?.length ?? 0)
    store.update({ ...issue, more: { ...issue.more, links: [...(issue.more.links ?? []), { id, url, title }] } }, now())
    return reply.code(201).send({ id, self: `${siteAddress(request)}/rest/api/3/issue/${issue.number}/remotelink/${id}` })
  })

  app.get('/issue/:key/remotelink', async (request) =>
    (issueOf(request).more.links ?? []).map(({ id, url, title }) => ({ id, object: { url, title } })),
  )
}

const nameOf = (statusId: string | null) => (statusId === null ? null : statusOf(statusId).name)
