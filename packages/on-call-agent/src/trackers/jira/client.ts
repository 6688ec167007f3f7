import { claimOfStatus, claimWithoutAnswer } from '@oncall-lab/service-kit/failed-call'
import type { createCloudClient } from 'jira.js/cloud'
import type { Priority } from '../../api.ts'
import type { Tracker } from '../tracker.ts'
import { TrackerError } from '../tracker-error.ts'
import { toAdf } from './adf.ts'
import { decideFields, type ScreenField } from './decide-fields.ts'

/** Which Jira and which project; from the configuration. */
export interface JiraSettings {
  /** `https://example.atlassian.net`. */
  url: string
  email: string
  apiToken: string
  projectKey: string
  /** Values of fields that the project demands, by name or id. */
  fields?: Record<string, string>
}

/** What of the port speaks to Jira. */
type JiraClient = Omit<Tracker, 'id' | 'owns'>

type Jira = ReturnType<typeof createCloudClient>

/** After the start, so that the first ticket does not wait for it either. */
const LOAD_AFTER_MS = 5_000

/** Jira's default priority scheme. */
const PRIORITY_NAMES: Record<Priority, string> = { low: 'Low', medium: 'Medium', high: 'High', critical: 'Highest' }

/** https://developer.atlassian.com/cloud/jira/platform/rest/v3. No call is repeated by itself: a repeated create would make a second issue. */
export function createJiraClient({ url, email, apiToken, projectKey, fields: set = {} }: JiraSettings): JiraClient {
  let made: Promise<Jira> | undefined
  // Loading it costs half a second of CPU, which no alert has to wait for.
  const open = () =>
    (made ??= import('jira.js/cloud').then(({ createCloudClient }) =>
      createCloudClient({ host: url, auth: { type: 'basic', email, apiToken }, onSchemaMismatch: 'silent' }),
    ))
  setTimeout(open, LOAD_AFTER_MS).unref()
  /** A token with scopes works below api.atlassian.com only; people open the site's own address. */
  let site = url.includes('/ex/jira/') ? undefined : url
  const browse = async (key: string) => {
    const { serverInfo } = await open()
    site ??= await serverInfo.getServerInfo().then(
      ({ baseUrl }) => baseUrl,
      () => undefined,
    )
    return `${site ?? url}/browse/${key}`
  }
  let known: { id: string } | undefined
  /** The project's own type for a piece of work; where it cannot be asked, the name that most projects know. */
  const issueType = async () => {
    const { issues } = await open()
    known ??= await issues
      .getCreateIssueMetaIssueTypes({ projectIdOrKey: projectKey })
      .then(({ issueTypes = [] }) => decideIssueType(issueTypes))
      .catch(() => undefined)
    return known ?? { name: 'Task' }
  }
  const screens = new Map<string, ScreenField[]>()
  /** The fields of the create screen; undefined where they cannot be read, and the create itself tells. */
  const screenOf = async (issueTypeId: string | undefined): Promise<ScreenField[] | undefined> => {
    if (issueTypeId === undefined) return undefined
    const known = screens.get(issueTypeId)
    if (known) return known
    const { issues } = await open()
    const page = await issues
      .getCreateIssueMetaIssueTypeId({ projectIdOrKey: projectKey, issueTypeId, maxResults: 200 })
      .catch(() => undefined)
    const read = page && readScreen(page)
    if (read) screens.set(issueTypeId, read)
    return read
  }
  return {
    assignable: (query) =>
      asTrackerError('look up people', async () => {
        const { userSearch } = await open()
        const users = await userSearch.findAssignableUsers({ project: projectKey, query, maxResults: 50 })
        if (!Array.isArray(users)) throw new TrackerError("Jira's list of people could not be read", UNREADABLE)
        return users.flatMap(({ accountId, displayName, active, emailAddress }) =>
          accountId && active !== false
            ? [{ accountId, displayName: displayName ?? accountId, ...(emailAddress && { email: emailAddress }) }]
            : [],
        )
      }),
    findByLabel: (label) =>
      asTrackerError('search', async () => {
        const jql = `project = "${projectKey}" AND labels = "${label}"`
        const { issueSearch } = await open()
        const { issues } = await issueSearch.searchAndReconsileIssuesUsingJql({ jql, maxResults: 1, fields: ['assignee'] })
        // Something that is no list is not "no issue".
        if (!Array.isArray(issues)) throw new TrackerError("Jira's answer to a search could not be read", UNREADABLE)
        const [issue] = issues
        if (!issue?.key) return undefined
        return { key: issue.key, url: await browse(issue.key), assignee: issue.fields?.assignee?.displayName ?? null }
      }),
    create: ({ summary, description, label, priority, assignee }) =>
      asTrackerError('create an issue', async () => {
        const issuetype = await issueType()
        const needed = {
          project: { key: projectKey },
          issuetype,
          summary: summary.replace(/\s+/g, ' ').slice(0, 255),
          description: toAdf(description),
          labels: [label],
          ...(assignee && { assignee: { accountId: assignee.accountId } }),
        }
        const { issues } = await open()
        const send = (wish: object) => asTrackerError('create an issue', () => issues.createIssue({ fields: { ...needed, ...wish } }))
        const leftOut: string[] = []
        const screen = await screenOf('id' in issuetype ? issuetype.id : undefined)
        const decision = screen && decideFields(screen, { priority: PRIORITY_NAMES[priority], set })
        if (decision?.kind === 'missing') throw new TrackerError(`Jira could not create an issue: ${decision.words}`, MISSING_FIELD)
        if (decision) leftOut.push(...decision.leftOut)
        const { key } = await send(decision?.fields ?? { priority: { name: PRIORITY_NAMES[priority] } }).catch((error: unknown) => {
          // A refusal over the priority alone has made nothing, so the same is asked for without it.
          const refused = error instanceof TrackerError && error.claim === 'final' ? Object.keys(error.fields) : []
          if (refused.join() !== 'priority') throw error
          const { priority: _priority, ...others } = decision?.fields ?? {}
          leftOut.push(`The project takes no priority ${PRIORITY_NAMES[priority]}, so it was left out.`)
          return send(others)
        })
        if (!key) throw new TrackerError('Jira created an issue and did not say which', UNREADABLE)
        return { key, url: await browse(key), assignee: assignee?.displayName ?? null, ...(leftOut.length > 0 && { leftOut }) }
      }),
    assign: (issueIdOrKey, { accountId }) =>
      asTrackerError('assign an issue', async () => {
        const { issues } = await open()
        await issues.assignIssue({ issueIdOrKey, accountId })
      }),
    comment: (issueIdOrKey, text) =>
      asTrackerError('comment on an issue', async () => {
        const { issueComments } = await open()
        await issueComments.addComment({ issueIdOrKey, body: toAdf(text) })
      }),
    close: (issueIdOrKey) =>
      asTrackerError('close an issue', async () => {
        const { issues } = await open()
        const isDone = async () => {
          const { fields } = await issues.getIssue({ issueIdOrKey, fields: ['status'] })
          return fields?.status?.statusCategory?.key === 'done'
        }
        if (await isDone()) return
        const { transitions = [] } = await issues.getTransitions({ issueIdOrKey })
        const done = transitions.find(({ to, isAvailable }) => to?.statusCategory?.key === 'done' && isAvailable !== false)
        if (!done?.id) throw new TrackerError(`Jira offers no way from the present state of ${issueIdOrKey} to a done one`, NO_TRANSITION)
        await issues.doTransition({ issueIdOrKey, transition: { id: done.id } })
        // The answer is empty, so the page of a proxy in between looks like one.
        if (!(await isDone()))
          throw new TrackerError(`Jira took the transition of ${issueIdOrKey} and does not show it as done`, UNREADABLE)
      }),
  }
}

type IssueType = NonNullable<Awaited<ReturnType<Jira['issues']['getCreateIssueMetaIssueTypes']>>['issueTypes']>[number]

/** `Task` under whatever name, else the first type that is no part of another issue. */
function decideIssueType(types: IssueType[]) {
  const whole = types.filter(({ subtask, hierarchyLevel = 0 }) => !subtask && hierarchyLevel === 0)
  const chosen = whole.find(({ name, untranslatedName }) => name === 'Task' || untranslatedName === 'Task') ?? whole[0]
  return chosen?.id === undefined ? undefined : { id: chosen.id }
}

/** A success that cannot be read. */
const UNREADABLE = { claim: 'uncertain', slow: false, retryAfterMs: undefined, code: 'upstream_garbled' } as const

/** The project demands what nobody has set. */
const MISSING_FIELD = { claim: 'final', slow: false, retryAfterMs: undefined, code: 'missing_field' } as const

/** The project's workflow does not allow it. */
const NO_TRANSITION = { claim: 'final', slow: false, retryAfterMs: undefined, code: 'no_transition' } as const

/** What a person reads for a status; whatever is not here is said by number. */
const WORDS: Record<number, string> = {
  401: 'the token or the address is not accepted',
  403: 'the account may not do that',
  404: 'it is not there, or the account may not see it',
  408: 'it gave up waiting',
  429: 'too many requests',
}

async function asTrackerError<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof TrackerError) throw cause
    const { isApiError, isRateLimitError, isSchemaMismatchError } = await import('jira.js/core')
    if (!isApiError(cause)) {
      const failed = claimWithoutAnswer(cause)
      const why = isSchemaMismatchError(cause) ? 'its answer could not be read' : 'it gave no answer'
      throw new TrackerError(`Jira could not ${what}: ${why}`, { ...failed, code: 'upstream_unreachable' })
    }
    const { status, body } = cause
    const { messages, fields } = readComplaints(body)
    const retryAfterMs = isRateLimitError(cause) ? cause.retryAfterMs : undefined
    const said = [...messages, ...Object.entries(fields).map(([field, message]) => `${field}: ${message}`)].join('; ')
    const why = said || WORDS[status] || `it answered ${status}`
    throw new TrackerError(`Jira could not ${what}: ${why.slice(0, 400)}`, {
      ...claimOfStatus(status),
      retryAfterMs,
      code: 'upstream_status',
      upstreamStatus: status,
      fields,
    })
  }
}

/** Jira's `errorMessages` and `errors`; a page of a proxy has neither. */
function readComplaints(body: unknown): { messages: string[]; fields: Record<string, string> } {
  const { errorMessages, errors } = isRecord(body) ? body : {}
  return {
    messages: Array.isArray(errorMessages) ? errorMessages.filter((each) => typeof each === 'string' && each !== '') : [],
    fields: isRecord(errors)
      ? Object.fromEntries(Object.entries(errors).flatMap(([field, message]) => (typeof message === 'string' ? [[field, message]] : [])))
      : {},
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The page of fields; the official description names them `fields`, some sites `results`. */
function readScreen(page: object): ScreenField[] | undefined {
  const list =
    'fields' in page && Array.isArray(page.fields)
      ? page.fields
      : 'results' in page && Array.isArray(page.results)
        ? page.results
        : undefined
  return list?.filter(isRecord).map((field) => ({
    fieldId: String(field.fieldId ?? field.key ?? ''),
    name: String(field.name ?? ''),
    required: field.required === true,
    hasDefaultValue: field.hasDefaultValue === true,
    allowedValues: Array.isArray(field.allowedValues) ? field.allowedValues.filter(isRecord) : [],
  }))
}
