import { dictionary } from '@oncall-lab/service-kit/dictionary'
import { adfText } from './adf.ts'
import type { Issue } from './issue-store.ts'
import { JiraError } from './jira-error.ts'
import { agentOf, issueNumber, type JiraSite } from './jira-site.ts'
import { dateField, readDate } from './jql-dates.ts'
import { type CatalogEntry, PRIORITIES, PROJECT_ID, PROJECT_NAME } from './project-catalog.ts'
import { issueTypesOf } from './project-shape.ts'
import { statusOf } from './workflow.ts'

type Test = (issue: Issue) => boolean

const RESERVED_WORDS = /^(and|or|not|in|is|empty|null|order|by|asc|desc)$/i

/**
 * The issues that a JQL query finds, in its order (newest first without one). The subset: clauses joined by AND, OR, NOT and brackets; `=`, `!=`,
 * `in (…)`, `not in (…)`, `is [not] EMPTY` on project, key, issuetype, status, statusCategory, priority, assignee, reporter, resolution, labels;
 * `~` on summary, description, text; comparisons of created, updated, resolved, due; `status changed`; ORDER BY created, updated, key, priority.
 * @throws JiraError 400 as Jira answers a query that it cannot read or that restricts nothing
 *   (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-get); also for JQL beyond the subset, saying so.
 */
export function searchIssues(jql: string, issues: Issue[], site: JiraSite, nowMs: number): Issue[] {
  const reader = createReader(jql)
  const context = { site, nowMs }
  const test = reader.done() || reader.takesWord('order') ? undefined : readEither(reader, context, 0)
  if (!reader.done() && !reader.takesWord('order')) throw unreadable(reader, "expecting 'AND', 'OR' or 'ORDER BY'")
  if (!test) throw refuse('Unbounded JQL queries are not allowed here. Please add a search restriction to your query.')
  const compare = readOrder(reader)
  return issues.filter(test).sort(compare)
}

interface Reader {
  done(): boolean
  /** The next token, taken; quotes are removed. */
  next(): { text: string; quoted: boolean }
  takesWord(word: string): boolean
  /** Takes the next token when it is this word or sign. */
  take(word: string): boolean
  rest(): string
}

function createReader(jql: string): Reader {
  const tokens = jql.match(/"(?:\\.|[^"\\]){0,500}"|'(?:\\.|[^'\\]){0,500}'|!=|!~|>=|<=|[=~<>(),]|[^\s=~<>(),!"']+|\S/g) ?? []
  let at = 0
  const takesWord = (word: string) => tokens[at]?.toLowerCase() === word
  return {
    done: () => at >= tokens.length,
    next() {
      const token = tokens[at++] ?? ''
      const quoted = /^["']/.test(token)
      return { text: quoted ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token, quoted }
    },
    takesWord,
    take(word) {
      const taken = takesWord(word)
      if (taken) at += 1
      return taken
    },
    rest: () => tokens.slice(at).join(' '),
  }
}

interface Context {
  site: JiraSite
  nowMs: number
}

const DEEPEST = 20

function readEither(reader: Reader, context: Context, depth: number): Test {
  const tests = [readBoth(reader, context, depth)]
  while (reader.take('or')) tests.push(readBoth(reader, context, depth))
  return (issue) => tests.some((test) => test(issue))
}

function readBoth(reader: Reader, context: Context, depth: number): Test {
  const tests = [readTerm(reader, context, depth)]
  while (reader.take('and')) tests.push(readTerm(reader, context, depth))
  return (issue) => tests.every((test) => test(issue))
}

function readTerm(reader: Reader, context: Context, depth: number): Test {
  if (depth > DEEPEST) throw refuse('The JQL query is nested too deeply.')
  if (reader.take('not')) {
    const test = readTerm(reader, context, depth + 1)
    return (issue) => !test(issue)
  }
  if (!reader.take('(')) return readClause(reader, context)
  const test = readEither(reader, context, depth + 1)
  if (!reader.take(')')) throw unreadable(reader, "expecting ')'")
  return test
}

const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '=': (a, b) => a === b,
}

function readDateClause(reader: Reader, dateOf: (issue: Issue) => number | undefined, { nowMs }: Context): Test {
  if (reader.take('is')) {
    const negated = reader.take('not')
    if (!reader.take('empty') && !reader.take('null')) throw unreadable(reader, "expecting 'EMPTY'")
    return (issue) => (dateOf(issue) === undefined) !== negated
  }
  const sign = Object.keys(COMPARISONS).find((each) => reader.take(each))
  const compare = sign && COMPARISONS[sign]
  if (!compare) throw unreadable(reader, 'expecting a comparison')
  const text = readValue(reader)
  const wanted = readDate(text, nowMs)
  if (wanted === undefined)
    throw refuse(`Date value '${text}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', '5d', '-4w 2d'.`)
  return (issue) => {
    const own = dateOf(issue)
    return own !== undefined && compare(own, wanted)
  }
}

/** The text in which `~` looks. */
const TEXTS = dictionary<(issue: Issue) => string>({
  summary: ({ summary }) => summary,
  description: ({ description }) => (description ? adfText(description) : ''),
  text: ({ summary, description }) => `${summary} ${description ? adfText(description) : ''}`,
})

function readClause(reader: Reader, context: Context): Test {
  const { site } = context
  const field = reader.next().text
  const dateOf = dateField(field)
  if (dateOf) return readDateClause(reader, dateOf, context)
  const textOf = TEXTS[field.toLowerCase()]
  if (field.toLowerCase() === 'status' && reader.take('changed')) return ({ more }) => (more.history ?? []).length > 0
  if (textOf && reader.take('~')) {
    const words = readValue(reader).toLowerCase().split(/\s+/)
    return (issue) => words.every((word) => textOf(issue).toLowerCase().includes(word.replace(/\*$/, '')))
  }
  const valuesOf = fieldValues(field, site)
  if (reader.take('~')) throw refuse(`The operator '~' is not supported by the '${field}' field.`)
  if (reader.take('is')) {
    const negated = reader.take('not')
    if (!reader.take('empty') && !reader.take('null')) throw unreadable(reader, "expecting 'EMPTY'")
    return (issue) => (valuesOf(issue).filter((value) => value !== 'unresolved').length === 0) !== negated
  }
  const { negated, values: given } = readComparison(reader)
  const values = given.map((value) => (/^currentUser\(\)$/i.test(value) ? agentOf(site).accountId : value))
  for (const value of values) checkValue(field, value, site)
  const wanted = new Set(values.map((value) => value.toLowerCase()))
  return (issue) => {
    const own = valuesOf(issue)
    // As in Jira, `!=` does not find issues in which the field is empty.
    return negated ? own.length > 0 && !own.some((value) => wanted.has(value)) : own.some((value) => wanted.has(value))
  }
}

function readComparison(reader: Reader): { negated: boolean; values: string[] } {
  if (reader.take('=')) return { negated: false, values: [readValue(reader)] }
  if (reader.take('!=')) return { negated: true, values: [readValue(reader)] }
  const negated = reader.take('not')
  if (!reader.take('in') || !reader.take('(')) throw unreadable(reader, "expecting '=', '!=', '~', 'in', 'not in' or 'is'")
  const values = [readValue(reader)]
  while (reader.take(',')) values.push(readValue(reader))
  if (!reader.take(')')) throw unreadable(reader, "expecting ')' or ','")
  return { negated, values }
}

function readValue(reader: Reader): string {
  const { text, quoted } = reader.next()
  if (!quoted && (text === '' || RESERVED_WORDS.test(text) || /^[=~<>(),!]/.test(text))) throw unreadable(reader, 'expecting a value')
  // A function without arguments, e.g. currentUser().
  if (!quoted && reader.takesWord('(')) {
    reader.take('(')
    if (!reader.take(')')) throw unreadable(reader, "expecting ')'")
    return `${text}()`
  }
  return text
}

/** The texts, in lower case, with which a field of an issue compares equal. */
function fieldValues(field: string, site: JiraSite): (issue: Issue) => string[] {
  const entry = (entries: CatalogEntry[], wanted: string) =>
    entries.filter(({ id }) => id === wanted).flatMap(({ id, name }) => [id, name.toLowerCase()])
  switch (field.toLowerCase()) {
    case 'project':
      return () => [site.projectKey.toLowerCase(), PROJECT_ID, PROJECT_NAME.toLowerCase()]
    case 'key':
    case 'issuekey':
    case 'id':
    case 'issue':
      return ({ number }) => [`${site.projectKey}-${number}`.toLowerCase(), String(10_000 + number)]
    case 'issuetype':
    case 'type':
      return ({ issueTypeId }) => entry(issueTypesOf(site.shape), issueTypeId)
    case 'priority':
      return ({ priorityId }) => entry(PRIORITIES, priorityId)
    case 'status':
      return ({ statusId }) => [statusOf(statusId).name.toLowerCase(), statusId]
    case 'statuscategory':
      return ({ statusId }) => {
        const { name, key, id } = statusOf(statusId).category
        return [name.toLowerCase(), key, String(id)]
      }
    case 'labels':
      return ({ labels }) => labels.map((label) => label.toLowerCase())
    case 'assignee':
      return ({ assignee }) => (assignee === null ? [] : [assignee.toLowerCase()])
    case 'reporter':
    case 'creator':
      return ({ more }) => [((field.toLowerCase() === 'reporter' && more.reporter) || agentOf(site).accountId).toLowerCase()]
    case 'resolution':
      return ({ more }) => (more.resolvedMs === undefined ? ['unresolved'] : ['done', '10000'])
    case 'summary':
      return ({ summary }) => [summary.toLowerCase()]
    default:
      throw refuse(`Field '${field}' does not exist or you do not have permission to view it.`)
  }
}

function checkValue(field: string, value: string, site: JiraSite): void {
  if (/^project$/i.test(field) && ![site.projectKey, PROJECT_ID, PROJECT_NAME].some((known) => known.toLowerCase() === value.toLowerCase()))
    throw refuse(`The value '${value}' does not exist for the field 'project'.`)
  if (/^(issue)?(key|id)$|^issue$/i.test(field) && issueNumber(site, value) === undefined)
    throw refuse(`An issue with key '${value}' does not exist for field '${field}'.`)
}

const ORDERS = dictionary<(a: Issue, b: Issue) => number>({
  created: (a, b) => a.number - b.number,
  key: (a, b) => a.number - b.number,
  updated: (a, b) => a.updatedMs - b.updatedMs,
  priority: (a, b) => Number(b.priorityId) - Number(a.priorityId),
})

function readOrder(reader: Reader): (a: Issue, b: Issue) => number {
  const newestFirst = (a: Issue, b: Issue) => b.number - a.number
  if (reader.done()) return newestFirst
  reader.take('order')
  if (!reader.take('by')) throw unreadable(reader, "expecting 'by'")
  const orders: ((a: Issue, b: Issue) => number)[] = []
  do {
    const field = reader.next().text
    const compare = ORDERS[field.toLowerCase()]
    if (!compare) throw refuse(`Not able to sort using field '${field}'.`)
    const descending = reader.take('desc') || !reader.take('asc')
    orders.push((a, b) => (descending ? -1 : 1) * compare(a, b))
  } while (reader.take(','))
  if (!reader.done()) throw unreadable(reader, 'expecting the end of the query')
  return (a, b) => orders.reduce((order, compare) => order || compare(a, b), 0)
}

function unreadable(reader: Reader, expecting: string): JiraError {
  const rest = reader.rest() || 'the end of the query'
  return refuse(`Error in the JQL Query: ${expecting} before '${rest}'. (See docs/stand-ins.md for the JQL that this stand-in reads.)`)
}

function refuse(message: string): JiraError {
  return new JiraError(400, { errorMessages: [message] })
}
