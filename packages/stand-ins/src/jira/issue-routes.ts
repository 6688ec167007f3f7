import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import { isRecord } from './adf.ts'
import { decideComment, decideIssue } from './decide-issue.ts'
import { commentPage, commentResource, createdIssueResource, issueResource } from './issue-resource.ts'
import type { Issue } from './issue-store.ts'
import { issueNotFound, JiraError } from './jira-error.ts'
import { type JiraOptions, siteAddress } from './jira-options.ts'
import { assignablePerson, issueNumber } from './jira-site.ts'
import { wantedFields } from './wanted-fields.ts'

/** Creating, reading, assigning and commenting issues. */
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
    const { fields } = request.query as { fields?: string | string[] }
    return issueResource(issue, store.comments(issue.number), contextOf(request), wantedFields(fields))
  })

  app.put('/issue/:key/assignee', async (request, reply) => {
    const issue = issueOf(request)
    store.assign(issue.number, readAssignee(request.body), now())
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
    return commentPage(store.comments(issue.number), issue, contextOf(request))
  })
}
