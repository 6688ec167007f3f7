import { expect, test } from 'vitest'
import type { Issue } from './issue-store.ts'
import { createJiraSite } from './jira-site.ts'
import { searchIssues } from './jql.ts'

const site = createJiraSite({ email: 'agent@oncall-lab.example', apiToken: 'x', projectKey: 'OPS' })
const issue = (number: number, rest: Partial<Issue>): Issue => ({
  number,
  createdMs: number,
  updatedMs: 100 - number,
  issueTypeId: '10001',
  priorityId: '3',
  summary: `Issue ${number}`,
  description: null,
  assignee: null,
  labels: [],
  statusId: '10000',
  more: {},
  ...rest,
})
const issues = [
  issue(1, { labels: ['oncall', 'a b"c'], priorityId: '1' }),
  issue(2, { labels: ['oncall'], assignee: '5b10ac8d82e05b22cc7d4ef5', issueTypeId: '10002' }),
  issue(3, { summary: 'Database is down' }),
]
const find = (jql: string) => searchIssues(jql, issues, site, 200).map(({ number }) => number)

test.each([
  ['project = OPS', [3, 2, 1]],
  ['project = "ops" and labels = "oncall"', [2, 1]],
  ['key = OPS-2', [2]],
  ['key in (ops-1, OPS-3) ORDER BY created ASC', [1, 3]],
  ['labels != oncall', []],
  ['labels not in (oncall)', []],
  ['labels is EMPTY', [3]],
  ['labels is not empty AND assignee is empty', [1]],
  [String.raw`labels = "a b\"c"`, [1]],
  ['assignee = 5b10ac8d82e05b22cc7d4ef5', [2]],
  ['statusCategory != Done', [3, 2, 1]],
  ['statusCategory = Done', []],
  ['issuetype = Bug', [2]],
  ['summary ~ "database down"', [3]],
  ['text ~ database', [3]],
  ['key = OPS-1 OR issuetype = Bug', [2, 1]],
  ['NOT labels = oncall', [3]],
  ['labels = oncall AND (priority = Highest OR issuetype = Bug)', [2, 1]],
  ['created >= -1d', [3, 2, 1]],
  ['created > "2026-11-29"', []],
  ['updated < now()', [3, 2, 1]],
  ['reporter = currentUser()', [3, 2, 1]],
  ['resolution = Unresolved', [3, 2, 1]],
  ['resolution is EMPTY', [3, 2, 1]],
  ['resolved is EMPTY', [3, 2, 1]],
  ['status changed', []],
  ['project = OPS ORDER BY priority DESC, created ASC', [1, 2, 3]],
  ['project = OPS ORDER BY updated DESC', [1, 2, 3]],
])('finds with %s', (jql, numbers) => {
  expect(find(jql)).toEqual(numbers)
})

test.each([
  ['', 'Unbounded JQL'],
  ['ORDER BY created', 'Unbounded JQL'],
  ['project = NOPE', "The value 'NOPE' does not exist for the field 'project'."],
  ['key = NOPE-1', "An issue with key 'NOPE-1' does not exist for field 'key'."],
  ['colour = red', "Field 'colour' does not exist"],
  ['project', 'Error in the JQL Query'],
  ['project = ', 'Error in the JQL Query'],
  ['labels in (a', 'Error in the JQL Query'],
  ['(project = OPS', 'Error in the JQL Query'],
  ['created >= soon', "Date value 'soon' is invalid"],
  ['created ~ 1d', 'Error in the JQL Query'],
  ['project = OPS ORDER BY colour', "Not able to sort using field 'colour'."],
  ['project = OPS ORDER BY created DESC nonsense', 'Error in the JQL Query'],
])('refuses %j', (jql, message) => {
  expect(() => find(jql)).toThrow(message)
})
