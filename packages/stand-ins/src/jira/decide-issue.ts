import { type AdfNode, adfLength, isAdfDocument, isRecord } from './adf.ts'
import type { Issue, IssueDetail } from './issue-store.ts'
import { JiraError } from './jira-error.ts'
import { assignablePerson, type JiraSite } from './jira-site.ts'
import { type CatalogEntry, DEFAULT_PRIORITY_ID, PRIORITIES, PROJECT_ID } from './project-catalog.ts'
import { issueTypesOf, REQUIRED_FIELD } from './project-shape.ts'

const ADF_EXPECTED = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)'
const LONGEST_SUMMARY = 255
const LONGEST_TEXT = 32_767
const LONGEST_LABEL = 255

/** Collects one message per field. */
type Complain = (field: string, message: string) => undefined

type Draft = Omit<Issue, 'number' | 'createdMs' | 'updatedMs' | 'statusId'>

/**
 * The issue that the body of `POST /rest/api/3/issue` asks for.
 * @throws JiraError 400 with Jira's own message for every field that is wrong, all at once
 *   (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post).
 */
export function decideIssue(body: unknown, site: JiraSite): Draft {
  const fields = isRecord(body) && isRecord(body.fields) ? body.fields : {}
  const errors: Record<string, string> = {}
  const complain: Complain = (field, message) => {
    errors[field] ??= message
  }
  // Jira looks at the documents first (seen with malformed ones: 400 INVALID_INPUT).
  if (looksLikeDocument(fields.description) && !isAdfDocument(fields.description))
    throw new JiraError(400, { errorMessages: ['INVALID_INPUT'] })
  if (isRecord(body) && isRecord(body.update) && Object.keys(body.update).length > 0)
    for (const name of Object.keys(body.update)) complain(name, notOnScreen(name))
  readProject(fields.project, site, complain)
  const draft = {
    issueTypeId: readIssueType(fields.issuetype, site, complain),
    summary: readSummary(fields.summary, complain),
    description: readDescription(fields.description, complain),
    assignee: readAssignee(fields.assignee, site, complain),
    priorityId: readPriority(fields.priority, site, complain),
    labels: readLabels(fields.labels, complain),
    more: readDetail(fields, site, complain),
  }
  const known = new Set([
    'project',
    'issuetype',
    ...Object.keys(draft).filter((name) => !name.endsWith('Id')),
    'priority',
    'reporter',
    'duedate',
    'environment',
    ...(site.shape === 'strict' ? [REQUIRED_FIELD.id] : []),
  ])
  for (const name of Object.keys(fields)) if (!known.has(name)) complain(name, notOnScreen(name))
  if (Object.keys(errors).length > 0) throw new JiraError(400, { errors })
  return draft as Draft // Without a complaint every field was read.
}

/**
 * The document in the body of a comment call.
 * @throws JiraError 400 for anything but a document with a text in it.
 */
export function decideComment(body: unknown): AdfNode {
  const document = isRecord(body) ? body.body : undefined
  if (isRecord(document) && !isAdfDocument(document)) throw new JiraError(400, { errorMessages: ['INVALID_INPUT'] })
  if (!isAdfDocument(document)) throw new JiraError(400, { errors: { comment: ADF_EXPECTED } })
  const length = adfLength(document)
  if (length === 0) throw new JiraError(400, { errors: { comment: 'Comment body can not be empty!' } })
  if (length > LONGEST_TEXT) throw new JiraError(400, { errors: { comment: TOO_LONG } })
  return document
}

const notOnScreen = (field: string) => `Field '${field}' cannot be set. It is not on the appropriate screen, or unknown.`

const TOO_LONG = `The entered text is too long. It exceeds the allowed limit of ${LONGEST_TEXT.toLocaleString('en')} characters.`

function readProject(value: unknown, { projectKey }: JiraSite, complain: Complain): void {
  const { key, id } = isRecord(value) ? value : {}
  if (key === undefined && id === undefined) complain('project', 'Specify a valid project ID or key')
  else if (key !== undefined ? key !== projectKey : String(id) !== PROJECT_ID) complain('project', 'valid project is required')
}

function readIssueType(value: unknown, { shape }: JiraSite, complain: Complain): string | undefined {
  if (value === undefined || value === null) return complain('issuetype', 'Specify an issue type')
  return readEntry(value, issueTypesOf(shape))?.id ?? complain('issuetype', 'Specify a valid issue type')
}

function readPriority(value: unknown, { shape }: JiraSite, complain: Complain): string | undefined {
  if (value === undefined || value === null) return DEFAULT_PRIORITY_ID
  if (shape === 'plain') return complain('priority', notOnScreen('priority'))
  const name = isRecord(value) ? value.name : undefined
  const message = typeof name === 'string' ? `Priority name '${name}' is not valid` : 'The priority selected is invalid.'
  return readEntry(value, PRIORITIES)?.id ?? complain('priority', message)
}

function readEntry(value: unknown, entries: CatalogEntry[]): CatalogEntry | undefined {
  const { id, name } = isRecord(value) ? value : {}
  return entries.find((entry) => (id === undefined ? entry.name === name : entry.id === String(id)))
}

function readSummary(value: unknown, complain: Complain): string | undefined {
  if (value === undefined || value === null || value === '') return complain('summary', 'You must specify a summary of the issue.')
  if (typeof value !== 'string') return complain('summary', 'Operation value must be a string')
  if (value.trim() === '') return complain('summary', 'You must specify a summary of the issue.')
  if (/[\n\r]/.test(value)) return complain('summary', 'The summary is invalid because it contains newline characters.')
  if (value.length > LONGEST_SUMMARY) return complain('summary', `Summary can't exceed ${LONGEST_SUMMARY} characters.`)
  return value.trim()
}

function readDescription(value: unknown, complain: Complain): AdfNode | null | undefined {
  if (value === undefined || value === null) return null
  if (!isAdfDocument(value)) return complain('description', ADF_EXPECTED)
  return adfLength(value) > LONGEST_TEXT ? complain('description', TOO_LONG) : value
}

/** Only an account id names a person since Atlassian's privacy change (https://developer.atlassian.com/cloud/jira/platform/deprecation-notice-user-privacy-api-migration-guide/). */
function readAssignee(value: unknown, site: JiraSite, complain: Complain): string | null | undefined {
  if (value === undefined || value === null) return null
  if (!isRecord(value)) return complain('assignee', 'data was not an object')
  const given = value.accountId ?? value.id
  if (given === null || (given === undefined && ('accountId' in value || 'id' in value))) return null
  if (given === undefined) return complain('assignee', "'accountId' must be the only user identifying query parameter in GDPR strict mode.")
  return assignablePerson(site, given)?.accountId ?? complain('assignee', `User '${String(given)}' cannot be assigned issues.`)
}

function readLabels(value: unknown, complain: Complain): string[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return complain('labels', 'data was not an array')
  for (const label of value as unknown[]) {
    if (typeof label !== 'string') return complain('labels', 'string expected at index 0')
    if (/\s/.test(label)) return complain('labels', `The label '${label}' contains spaces which is invalid.`)
    if (label.length > LONGEST_LABEL) return complain('labels', `The label '${label}' exceeds the maximum length for labels.`)
  }
  return [...new Set(value as string[])]
}

function looksLikeDocument(value: unknown): boolean {
  return isRecord(value) && value.type === 'doc'
}

function readDetail(fields: Record<string, unknown>, site: JiraSite, complain: Complain): IssueDetail {
  const { duedate, environment, reporter } = fields
  const detail: IssueDetail = {}
  if (typeof duedate === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(duedate) && !Number.isNaN(Date.parse(duedate))) detail.duedate = duedate
  else if (duedate !== undefined && duedate !== null)
    complain('duedate', "Error parsing date string: the date must be of the format 'yyyy-MM-dd'")
  if (isAdfDocument(environment)) detail.environment = environment
  else if (environment !== undefined && environment !== null) complain('environment', ADF_EXPECTED)
  if (reporter !== undefined && reporter !== null) {
    const id = isRecord(reporter) ? (reporter.accountId ?? reporter.id) : undefined
    if (site.people.some(({ accountId, active }) => active && accountId === id)) detail.reporter = String(id)
    else complain('reporter', 'The reporter specified is not a user.')
  }
  if (site.shape === 'strict') readRequired(fields[REQUIRED_FIELD.id], detail, complain)
  return detail
}

function readRequired(value: unknown, detail: IssueDetail, complain: Complain): void {
  if (value === undefined || value === null) {
    complain(REQUIRED_FIELD.id, `${REQUIRED_FIELD.name} is required.`)
    return
  }
  const given = isRecord(value) ? value : {}
  const option = REQUIRED_FIELD.values.find((each) => (given.id === undefined ? each.value === given.value : each.id === String(given.id)))
  if (option) detail.custom = { [REQUIRED_FIELD.id]: option }
  else complain(REQUIRED_FIELD.id, `Specify a valid value for ${REQUIRED_FIELD.name}`)
}
