import type { FastifyRequest } from 'fastify'
import type { Faults } from '../faults/faults.ts'
import type { Metrics } from '../metrics.ts'
import type { IssueStore } from './issue-store.ts'
import type { JiraSite } from './jira-site.ts'

/** What every route of the stand-in of Jira works on. */
export interface JiraOptions {
  site: JiraSite
  store: IssueStore
  metrics: Metrics
  faults: Faults
  now: () => number
}

/** The address under which the caller reached this Jira; the Host header is one of ours, see service-kit. */
export function siteAddress(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}/jira`
}
