import { createCloudClient } from 'jira.js'
import { describe, expect, test } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns } from '../test-stand-ins.ts'

const RAVI = '712020:4f1c7a52-9b1e-4c0d-8a34-0d6f5b7e1a01'
const PRIYA = '712020:1d7e5c90-2f4a-4b83-a6c9-5e8b0f3d7c05'
const TOM = '5f8d2c1ab3e4970071d5c6e9'
const doc = (text: string) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] })
const task = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'Null dereference' }

function clientOf(url: string, apiToken: string = KNOWN.jiraApiToken) {
  return createCloudClient({
    host: `${url}/jira`,
    auth: { type: 'basic', email: KNOWN.jiraEmail, apiToken },
    onSchemaMismatch: 'throw',
  })
}

async function post(url: string, path: string, body: string, method = 'POST') {
  const response = await fetch(`${url}/jira/rest/api/3${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${KNOWN.jiraEmail}:${KNOWN.jiraApiToken}`)}` },
    body,
  })
  const answer = (await response.json()) as { issues?: unknown[] } // The tests compare the rest.
  return { status: response.status, body: answer }
}

test('the SDK creates an issue, finds it by its label, reads it, assigns it and comments it', async () => {
  await using standIns = await startStandIns()
  const client = clientOf(standIns.url)
  const [ravi, ...others] = await client.userSearch.findAssignableUsers({ project: 'OPS', query: 'ravi' })
  expect(others).toEqual([])
  const created = await client.issues.createIssue({
    fields: {
      ...task,
      description: doc('It fails.'),
      assignee: { accountId: ravi?.accountId },
      priority: { name: 'Highest' },
      labels: ['oncall-abc', 'inventory'],
    },
  })
  expect(created).toEqual({ id: '10001', key: 'OPS-1', self: `${standIns.url}/jira/rest/api/3/issue/10001` })
  const found = await client.issueSearch.searchAndReconsileIssuesUsingJql({
    jql: 'project = OPS AND labels = "oncall-abc" AND statusCategory != Done ORDER BY created DESC',
    fields: ['summary', 'assignee'],
  })
  expect(found).toMatchObject({
    isLast: true,
    issues: [{ key: 'OPS-1', fields: { summary: 'Null dereference', assignee: { accountId: RAVI } } }],
  })
  const issue = await client.issues.getIssue({ issueIdOrKey: 'OPS-1' })
  expect(issue.fields).toMatchObject({
    issuetype: { name: 'Task' },
    priority: { name: 'Highest' },
    status: { name: 'To Do', statusCategory: { key: 'new' } },
    labels: ['oncall-abc', 'inventory'],
    reporter: { emailAddress: KNOWN.jiraEmail },
    description: doc('It fails.'),
  })
  await client.issues.assignIssue({ issueIdOrKey: 'OPS-1', accountId: '-1' })
  expect((await client.issues.getIssue({ issueIdOrKey: '10001' })).fields?.assignee).toBeNull()
  await client.issueComments.addComment({ issueIdOrKey: 'OPS-1', body: doc('Resolved.') })
  const { comments } = await client.issueComments.getComments({ issueIdOrKey: 'OPS-1' })
  expect(comments).toMatchObject([{ id: '10001', body: doc('Resolved.') }])
})

test('the SDK reads the project, its issue types, the priorities and itself', async () => {
  await using standIns = await startStandIns()
  const client = clientOf(standIns.url)
  expect(await client.projects.getProject({ projectIdOrKey: 'OPS' })).toMatchObject({ id: '10000', key: 'OPS' })
  expect((await client.issueTypes.getIssueAllTypes()).map(({ name }) => name)).toEqual(['Task', 'Bug', 'Story', 'Incident'])
  expect((await client.issuePriorities.searchPriorities()).values?.map(({ name }) => name)).toEqual([
    'Highest',
    'High',
    'Medium',
    'Low',
    'Lowest',
  ])
  expect(await client.myself.getCurrentUser()).toMatchObject({ displayName: 'On-call Agent' })
  expect((await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'OPS' })).issueTypes).toHaveLength(4)
})

describe('creating an issue', () => {
  test.each([
    ['no project', { project: undefined }, { project: 'Specify a valid project ID or key' }],
    ['another project', { project: { key: 'NOPE' } }, { project: 'valid project is required' }],
    ['no issue type', { issuetype: undefined }, { issuetype: 'Specify an issue type' }],
    ['an unknown issue type', { issuetype: { name: 'Saga' } }, { issuetype: 'Specify a valid issue type' }],
    ['no summary', { summary: undefined }, { summary: 'You must specify a summary of the issue.' }],
    ['a blank summary', { summary: '   ' }, { summary: 'You must specify a summary of the issue.' }],
    ['a summary over 255 characters', { summary: 'x'.repeat(256) }, { summary: "Summary can't exceed 255 characters." }],
    ['a summary of two lines', { summary: 'a\nb' }, { summary: 'The summary is invalid because it contains newline characters.' }],
    [
      'a description that is text',
      { description: 'text' },
      { description: expect.stringContaining('Operation value must be an Atlassian Document') },
    ],
    ['a description over 32,767 characters', { description: doc('x'.repeat(32_768)) }, { description: expect.stringContaining('32,767') }],
    ['an assignee by name', { assignee: { name: 'ravi' } }, { assignee: expect.stringContaining('accountId') }],
    ['an unknown assignee', { assignee: { accountId: 'nobody' } }, { assignee: "User 'nobody' cannot be assigned issues." }],
    ['an assignee who may not be assigned', { assignee: { accountId: PRIYA } }, { assignee: `User '${PRIYA}' cannot be assigned issues.` }],
    ['an assignee who left', { assignee: { id: TOM } }, { assignee: `User '${TOM}' cannot be assigned issues.` }],
    ['an unknown priority', { priority: { name: 'Urgent' } }, { priority: "Priority name 'Urgent' is not valid" }],
    ['a label with a space', { labels: ['on call'] }, { labels: "The label 'on call' contains spaces which is invalid." }],
    ['labels that are no list', { labels: 'a' }, { labels: 'data was not an array' }],
    [
      'an unknown field',
      { customfield_1: 'x' },
      { customfield_1: "Field 'customfield_1' cannot be set. It is not on the appropriate screen, or unknown." },
    ],
    [
      'two mistakes at once',
      { summary: '', priority: { id: '9' } },
      { summary: expect.any(String), priority: 'The priority selected is invalid.' },
    ],
  ])("refuses %s with Jira's message and files nothing", async (_case, change, errors) => {
    await using standIns = await startStandIns()
    expect(await post(standIns.url, '/issue', JSON.stringify({ fields: { ...task, ...change } }))).toEqual({
      status: 400,
      body: { errorMessages: [], errors },
    })
    expect((await post(standIns.url, '/search/jql', '{"jql":"project = OPS"}')).body.issues).toEqual([])
  })

  test('takes a summary of exactly 255 characters, ids in place of names, and Medium by default', async () => {
    await using standIns = await startStandIns()
    const fields = { project: { id: '10000' }, issuetype: { id: '10002' }, summary: 'x'.repeat(255) }
    expect((await post(standIns.url, '/issue', JSON.stringify({ fields }))).status).toBe(201)
    const issue = await clientOf(standIns.url).issues.getIssue({ issueIdOrKey: 'ops-1', fields: ['priority', 'issuetype'] })
    expect(issue.fields).toMatchObject({ priority: { name: 'Medium' }, issuetype: { name: 'Bug' } })
    expect(Object.keys(issue.fields ?? {})).toHaveLength(2)
  })

  test("refuses a body that is no JSON in Jira's shape", async () => {
    await using standIns = await startStandIns()
    expect(await post(standIns.url, '/issue', '{')).toMatchObject({
      status: 400,
      body: { errorMessages: [expect.stringContaining('parsing JSON')] },
    })
  })
})

test('refuses wrong credentials with 401, and issues that do not exist with 404', async () => {
  await using standIns = await startStandIns()
  await expect(clientOf(standIns.url, 'wrong').myself.getCurrentUser()).rejects.toMatchObject({ status: 401 })
  const client = clientOf(standIns.url)
  await expect(client.issues.getIssue({ issueIdOrKey: 'OPS-9' })).rejects.toMatchObject({ status: 404 })
  await expect(client.issues.getIssue({ issueIdOrKey: 'OTHER-1' })).rejects.toMatchObject({ status: 404 })
  await expect(client.projects.getProject({ projectIdOrKey: 'OTHER' })).rejects.toMatchObject({ status: 404 })
})

test.each([
  ['ravi', ['Ravi Kumar']],
  ['RAVI KU', ['Ravi Kumar']],
  ['kumar', ['Ravi Kumar']],
  ['ravi.kumar@', ['Ravi Kumar']],
  ['avi', []],
  ['anna', ['Anna Schmidt', 'Anna Kowalska']],
  ['tom', []],
  ['priya', []],
])('the search for people to assign finds by prefix: %s', async (query, names) => {
  await using standIns = await startStandIns()
  const users = await clientOf(standIns.url).userSearch.findAssignableUsers({ project: 'OPS', query })
  expect(users.map(({ displayName }) => displayName)).toEqual(names)
})

test('the plain user search also finds people who may not be assigned; both searches refuse to work without their scope', async () => {
  await using standIns = await startStandIns()
  const client = clientOf(standIns.url)
  expect(await client.userSearch.findUsers({ query: 'priya' })).toMatchObject([{ accountId: PRIYA, active: true }])
  await expect(client.userSearch.findUsers({})).rejects.toMatchObject({ status: 400 })
  await expect(client.userSearch.findAssignableUsers({ query: 'ravi' })).rejects.toMatchObject({ status: 400 })
  await expect(client.userSearch.findAssignableUsers({ query: 'ravi', project: 'NOPE' })).rejects.toMatchObject({ status: 404 })
})

test('assigning refuses a name and people who may not be assigned, and leaves the issue alone', async () => {
  await using standIns = await startStandIns()
  await post(standIns.url, '/issue', JSON.stringify({ fields: { ...task, assignee: { accountId: RAVI } } }))
  expect((await post(standIns.url, '/issue/OPS-1/assignee', '{"name":"anna"}', 'PUT')).status).toBe(400)
  expect((await post(standIns.url, '/issue/OPS-1/assignee', JSON.stringify({ accountId: PRIYA }), 'PUT')).status).toBe(400)
  expect((await clientOf(standIns.url).issues.getIssue({ issueIdOrKey: 'OPS-1' })).fields?.assignee).toMatchObject({ accountId: RAVI })
})

test.each(['"text"', JSON.stringify({ type: 'doc', version: 1, content: [] })])('refuses %s as a comment', async (body) => {
  await using standIns = await startStandIns()
  await post(standIns.url, '/issue', JSON.stringify({ fields: task }))
  expect(await post(standIns.url, '/issue/OPS-1/comment', `{"body":${body}}`)).toMatchObject({
    status: 400,
    body: { errors: { comment: expect.any(String) } },
  })
})

test('the page of an issue shows it with its markup escaped, and 404 for one that is not there', async () => {
  await using standIns = await startStandIns()
  const link = { type: 'text', text: 'click', marks: [{ type: 'link', attrs: { href: 'javascript:alert(1)' } }] }
  const description = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [link, { type: 'text', text: '<img src=x>' }] }] }
  const fields = { ...task, summary: '<script>alert(1)</script>', description, assignee: { accountId: RAVI } }
  await post(standIns.url, '/issue', JSON.stringify({ fields }))
  const response = await fetch(`${standIns.url}/jira/browse/OPS-1`)
  const html = await response.text()
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(html).toContain('Ravi Kumar')
  expect(html).not.toMatch(/<script|<img|javascript:/)
  expect((await fetch(`${standIns.url}/jira/browse/OPS-2`)).status).toBe(404)
})
