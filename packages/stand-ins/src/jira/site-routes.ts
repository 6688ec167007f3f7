import type { Service } from '@oncall-lab/service-kit/service'
import { fullProjectResource } from './issue-resource.ts'
import { issueNotFound, JiraError } from './jira-error.ts'
import { type JiraOptions, siteAddress } from './jira-options.ts'
import { agentOf, issueNumber, type JiraSite } from './jira-site.ts'
import { matchPeople, type Person, userResource } from './people.ts'
import { DEFAULT_PRIORITY_ID, ISSUE_TYPES, issueTypeResource, PRIORITIES, PROJECT_ID, priorityResource } from './project-catalog.ts'

type Query = Record<string, string | undefined>

/** People, the project, and what its fields may hold. */
export async function siteRoutes(app: Service, { site, store }: JiraOptions): Promise<void> {
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
    const issueTypes = ISSUE_TYPES.map((type) => issueTypeResource(type, siteAddress(request)))
    return { issueTypes, maxResults: 50, startAt: 0, total: issueTypes.length }
  })

  app.get('/issuetype', async (request) => ISSUE_TYPES.map((type) => issueTypeResource(type, siteAddress(request))))

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
