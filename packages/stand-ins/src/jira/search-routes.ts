import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import { isRecord } from './adf.ts'
import { issueId, issueResource } from './issue-resource.ts'
import type { Issue } from './issue-store.ts'
import { JiraError } from './jira-error.ts'
import { type JiraOptions, siteAddress } from './jira-options.ts'
import { searchIssues } from './jql.ts'
import { fieldFilter } from './wanted-fields.ts'

const DEFAULT_RESULTS = 50
const MOST_RESULTS = 5_000

/** `GET` and `POST /search/jql`: without `fields` only ids, as Jira's enhanced search answers. */
export async function searchRoutes(app: Service, { site, store, faults, now }: JiraOptions): Promise<void> {
  function search(request: FastifyRequest, input: Record<string, unknown>) {
    const found = searchIssues(String(input.jql ?? ''), visibleIssues(input.reconcileIssues), site, now())
    const size = Math.min(readCount(input.maxResults ?? DEFAULT_RESULTS), MOST_RESULTS)
    const start = readToken(input.nextPageToken)
    const isWanted = fieldFilter(input.fields)
    const isIdOnly = input.fields === undefined || String(input.fields) === 'id'
    const context = { site, base: siteAddress(request) }
    const isLast = start + size >= found.length
    return {
      issues: found.slice(start, start + size).map((issue) => {
        if (isIdOnly) return { id: issueId(issue) }
        return issueResource(issue, store.comments(issue.number), context, isWanted)
      }),
      isLast,
      ...(!isLast && { nextPageToken: Buffer.from(`from:${start + size}`).toString('base64url') }),
    }
  }

  /** The search sees an issue late, unless the caller names it (https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/). */
  function visibleIssues(reconcile: unknown): Issue[] {
    const newestMs = now() - faults.searchLagMs()
    const named = new Set([reconcile ?? []].flat().flatMap((each) => String(each).split(',')))
    return store.all().filter((issue) => issue.createdMs <= newestMs || named.has(issueId(issue)))
  }

  app.get('/search/jql', async (request) => search(request, request.query as Record<string, unknown>))
  // Removed by Atlassian (https://developer.atlassian.com/changelog/#CHANGE-2046).
  for (const method of ['GET', 'POST'] as const)
    app.route({
      method,
      url: '/search',
      handler: async () => {
        throw new JiraError(410, {
          errorMessages: ['The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.'],
        })
      },
    })
  app.post('/search/approximate-count', async (request) => {
    const { jql } = isRecord(request.body) ? request.body : {}
    return { count: searchIssues(String(jql ?? ''), visibleIssues(undefined), site, now()).length }
  })
  app.post('/search/jql', async (request) => search(request, isRecord(request.body) ? request.body : {}))
}

function readCount(value: unknown): number {
  const count = Number(value)
  if (!Number.isInteger(count) || count < 0)
    throw new JiraError(400, { errorMessages: ["The value of 'maxResults' must be a number that is not negative."] })
  return count
}

function readToken(value: unknown): number {
  if (value === undefined || value === null || value === '') return 0
  const digits = /^from:(\d{1,9})$/.exec(Buffer.from(String(value), 'base64url').toString())?.[1]
  if (digits === undefined) throw new JiraError(400, { errorMessages: ['The provided next page token is invalid.'] })
  return Number(digits)
}
