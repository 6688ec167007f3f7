import type { Service } from '@oncall-lab/service-kit/service'
import { fullProjectResource, jiraTime } from './issue-resource.ts'
import { issueNotFound, JiraError } from './jira-error.ts'
import { type JiraOptions, siteAddress } from './jira-options.ts'
import { agentOf, issueNumber, type JiraSite } from './jira-site.ts'
import { matchPeople, type Person, userResource } from './people.ts'
import { DEFAULT_PRIORITY_ID, issueTypeResource, PRIORITIES, PROJECT_ID, priorityResource } from './project-catalog.ts'
import { createFields, issueTypesOf } from './project-shape.ts'
import { STATUSES, statusResource } from './workflow.ts'

/** What the agent's account may do. */
const MAY = [
  'BROWSE_PROJECTS',
  'CREATE_ISSUES',
  'EDIT_ISSUES',
  'ASSIGN_ISSUES',
  'TRANSITION_ISSUES',
  'RESOLVE_ISSUES',
  'ADD_COMMENTS',
  'LINK_ISSUES',
]

/** Jira's own; issues here cannot be linked. */
const LINK_TYPES = [
  { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10001', name: 'Cloners', inward: 'is cloned by', outward: 'clones' },
  { id: '10002', name: 'Duplicate', inward: 'is duplicated by', outward: 'duplicates' },
  { id: '10003', name: 'Relates', inward: 'relates to', outward: 'relates to' },
]

type Query = Record<string, string | undefined>

/** People, the project, and what its fields may hold. */
export async function siteRoutes(app: Service, { site, store, now }: JiraOptions): Promise<void> {
  const page = (people: Person[], query: Query, base: string) => {
    const start = Number(query.startAt ?? 0) || 0
    return people.slice(start, start + (Number(query.maxResults ?? 50) || 50)).map((person) => userResource(person, base))
  }

  app.get('/myself', async (request) => userResource(agentOf(site), siteAddress(request)))

  app.get('/user/search', async (request) => {
    const query = request.query as Query
    if (query.query === undefined && query.accountId === undefined)
      throw new JiraError(400, { errorMessages: ["Either 'query', 'accountId', or 'property' query parameters must be set."] })
    return page(findPeople(site.people, query), query, siteAddress(request))
  })

  app.get('/user/assignable/search', async (request) => {
    const query = request.query as Query
    checkScope(query)
    const people = findPeople(site.people, query).filter(({ assignable }) => assignable)
    return page(people, query, siteAddress(request))
  })

  function checkScope({ project, issueKey }: Query): void {
    if (project === undefined && issueKey === undefined)
      throw new JiraError(400, { errorMessages: ["Either 'project' or 'issueKey' must be specified."] })
    if (project !== undefined) checkProject(site, project)
    if (issueKey === undefined) return
    const number = issueNumber(site, issueKey)
    if (number === undefined || !store.get(number)) throw issueNotFound()
  }

  app.get<{ Params: { key: string } }>('/project/:key', async (request) => {
    checkProject(site, request.params.key)
    return fullProjectResource({ site, base: siteAddress(request) })
  })

  app.get<{ Params: { key: string } }>('/issue/createmeta/:key/issuetypes', async (request) => {
    checkProject(site, request.params.key)
    const issueTypes = issueTypesOf(site.shape).map((type) => issueTypeResource(type, siteAddress(request)))
    return { issueTypes, maxResults: 50, startAt: 0, total: issueTypes.length }
  })

  app.get<{ Params: { key: string; type: string }; Querystring: { startAt?: number; maxResults?: number } }>(
    '/issue/createmeta/:key/issuetypes/:type',
    async (request) => {
      const { params, query } = request
      checkProject(site, params.key)
      if (!issueTypesOf(site.shape).some(({ id }) => id === params.type))
        throw new JiraError(404, { errorMessages: ['The issue type was not found.'] })
      const fields = createFields(site.shape, siteAddress(request))
      const startAt = Number(query.startAt ?? 0)
      const maxResults = Number(query.maxResults ?? 50)
      return { fields: fields.slice(startAt, startAt + maxResults), maxResults, startAt, total: fields.length }
    },
  )

  app.get('/user', async (request) => {
    const { accountId } = request.query as Query
    const found = site.people.find((person) => person.accountId === accountId)
    if (!found) throw new JiraError(404, { errorMessages: ['Specified user does not exist or you do not have required permissions'] })
    return userResource(found, siteAddress(request))
  })
  app.get('/resolution', async (request) => [
    {
      self: `${siteAddress(request)}/rest/api/3/resolution/10000`,
      id: '10000',
      name: 'Done',
      description: 'Work has been completed.',
      isDefault: false,
    },
  ])
  app.get('/issueLinkType', async (request) => ({
    issueLinkTypes: LINK_TYPES.map((type) => ({ ...type, self: `${siteAddress(request)}/rest/api/3/issueLinkType/${type.id}` })),
  }))
  app.get('/label', async () => {
    const values = [...new Set(store.all().flatMap(({ labels }) => labels))].sort()
    return { maxResults: 1_000, startAt: 0, total: values.length, isLast: true, values }
  })

  app.get('/serverInfo', async (request) => ({
    baseUrl: siteAddress(request),
    version: '1001.0.0-SNAPSHOT',
    versionNumbers: [1001, 0, 0],
    deploymentType: 'Cloud',
    buildNumber: 100_300,
    serverTime: jiraTime(now()),
    serverTitle: 'Jira',
  }))
  app.get('/status', async (request) => STATUSES.map((status) => statusResource(status, siteAddress(request))))
  app.get('/field', async (request) =>
    createFields(site.shape, siteAddress(request)).map(({ fieldId, name, schema }) => ({
      id: fieldId,
      key: fieldId,
      name,
      custom: fieldId.startsWith('customfield_'),
      orderable: true,
      navigable: true,
      searchable: true,
      clauseNames: [fieldId],
      schema,
    })),
  )
  app.get('/project/search', async (request) => {
    const values = [fullProjectResource({ site, base: siteAddress(request) })]
    return { self: `${siteAddress(request)}/rest/api/3/project/search`, maxResults: 50, startAt: 0, total: 1, isLast: true, values }
  })
  app.get('/mypermissions', async (request) => {
    const { permissions } = request.query as Query
    if (!permissions) throw new JiraError(400, { errorMessages: ["The 'permissions' query parameter is required."] })
    return {
      permissions: Object.fromEntries(
        permissions
          .split(',')
          .map((key, at) => [
            key,
            { id: String(at + 1), key, name: key, type: 'PROJECT', description: '', havePermission: MAY.includes(key) },
          ]),
      ),
    }
  })

  app.get('/issuetype', async (request) => issueTypesOf(site.shape).map((type) => issueTypeResource(type, siteAddress(request))))

  const priorities = (base: string) =>
    PRIORITIES.map((priority) => ({
      ...priorityResource(priority, base),
      description: priority.description,
      statusColor: priority.statusColor,
      isDefault: priority.id === DEFAULT_PRIORITY_ID,
    }))
  app.get('/priority', async (request) => priorities(siteAddress(request)))
  app.get('/priority/search', async (request) => {
    const values = priorities(siteAddress(request))
    return { isLast: true, maxResults: 50, startAt: 0, total: values.length, values }
  })
}

function findPeople(people: Person[], { query, accountId }: Query): Person[] {
  return accountId === undefined
    ? matchPeople(people, query ?? '')
    : people.filter((person) => person.accountId === accountId && person.active)
}

function checkProject({ projectKey }: JiraSite, keyOrId: string): void {
  if (keyOrId !== PROJECT_ID && keyOrId.toUpperCase() !== projectKey)
    throw new JiraError(404, { errorMessages: [`No project could be found with key '${keyOrId}'.`] })
}
