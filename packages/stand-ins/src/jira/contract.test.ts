import { createCloudClient } from 'jira.js'
import { expect, test } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns } from '../test-stand-ins.ts'

const RAVI = '712020:4f1c7a52-9b1e-4c0d-8a34-0d6f5b7e1a01'
const text = (value: string) => ({ type: 'text', text: value })
const paragraph = (...content: object[]) => ({ type: 'paragraph', content })
const doc = (...content: object[]) => ({ type: 'doc', version: 1, content })
const task = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'x' }

type Shape = Parameters<typeof startStandIns>[0]

/** A Jira with one issue, OPS-1, with two comments. */
async function startJira(options: Shape = {}) {
  const standIns = await startStandIns(options)
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${standIns.url}/jira/rest/api/3${path}`, {
      method,
      headers: {
        authorization: `Basic ${btoa(`${KNOWN.jiraEmail}:${KNOWN.jiraApiToken}`)}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const answer = await response.text()
    return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer), headers: response.headers }
  }
  await call('POST', '/issue', { fields: { ...task, labels: ['mine'], description: doc(paragraph(text('body'))) } })
  for (const word of ['first', 'second']) await call('POST', '/issue/OPS-1/comment', { body: doc(paragraph(text(word))) })
  return { call, url: standIns.url, [Symbol.asyncDispose]: () => standIns.app.close() }
}

const INVALID_INPUT = { errorMessages: ['INVALID_INPUT'], errors: {} }

// Documents right and wrong by the pages of the format; the official schema was not compared.
test.each([
  ['an empty document', doc(), 201],
  ['a paragraph', doc(paragraph(text('x'))), 201],
  ['a list of paragraphs', doc({ type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(text('x'))] }] }), 201],
  ['a link with an address', doc(paragraph({ ...text('x'), marks: [{ type: 'link', attrs: { href: 'https://a.example' } }] })), 201],
  ['a code block', doc({ type: 'codeBlock', attrs: { language: 'ts' }, content: [text('x')] }), 201],
  ['a panel', doc({ type: 'panel', attrs: { panelType: 'info' }, content: [paragraph(text('x'))] }), 201],
  ['an empty text node', doc(paragraph(text(''))), 400],
  ['a list item outside a list', doc({ type: 'listItem', content: [paragraph(text('x'))] }), 400],
  ['a heading without a level', doc({ type: 'heading', content: [text('x')] }), 400],
  ['a heading of level 7', doc({ type: 'heading', attrs: { level: 7 }, content: [text('x')] }), 400],
  ['a link without an address', doc(paragraph({ ...text('x'), marks: [{ type: 'link', attrs: {} }] })), 400],
  ['a mention without an id', doc(paragraph({ type: 'mention', attrs: { text: '@x' } })), 400],
  ['an unknown mark', doc(paragraph({ ...text('x'), marks: [{ type: 'blink' }] })), 400],
  ['an unknown node', doc({ type: 'div' }), 400],
  ['inline text at the top', doc(text('x')), 400],
  ['a paragraph in a paragraph', doc(paragraph(paragraph(text('x')))), 400],
  ['an empty list', doc({ type: 'bulletList', content: [] }), 400],
  ['text directly in a list item', doc({ type: 'bulletList', content: [{ type: 'listItem', content: [text('x')] }] }), 400],
  ['a panel without a type', doc({ type: 'panel', content: [paragraph(text('x'))] }), 400],
  ['a table row outside a table', doc({ type: 'tableRow', content: [] }), 400],
  ['code that is also strong', doc(paragraph({ ...text('x'), marks: [{ type: 'code' }, { type: 'strong' }] })), 400],
  ['a document of version 2', { ...doc(), version: 2 }, 400],
])('Jira answers a description with %s: %#', async (_case, description, status) => {
  await using jira = await startJira()
  const answer = await jira.call('POST', '/issue', { fields: { ...task, description } })
  expect(answer.status).toBe(status)
  if (status === 400) expect(answer.body).toEqual(INVALID_INPUT)
})

test.each([
  ['fields=summary', (names: string[]) => expect(names).toEqual(['summary'])],
  ['fields=-description', (names: string[]) => expect(names).toEqual(expect.not.arrayContaining(['description']))],
  ['fields=-description,-comment', (names: string[]) => expect(names).toEqual(expect.arrayContaining(['summary', 'status']))],
  ['fields=*all,-comment', (names: string[]) => expect(names).toEqual(expect.not.arrayContaining(['comment']))],
  ['fields=*navigable', (names: string[]) => expect(names).toEqual(expect.not.arrayContaining(['comment']))],
  [
    'fields=*all',
    (names: string[]) => expect(names).toEqual(expect.arrayContaining(['comment', 'issuelinks', 'components', 'fixVersions'])),
  ],
  ['', (names: string[]) => expect(names).toEqual(expect.arrayContaining(['statuscategorychangedate', 'resolution', 'environment']))],
])('Jira answers GET issue?%s with exactly the fields asked for', async (query, check) => {
  await using jira = await startJira()
  const { body } = await jira.call('GET', `/issue/OPS-1?${query}`)
  expect(Object.keys(body.fields).length).toBeGreaterThan(0)
  check(Object.keys(body.fields))
})

test.each([
  ['', ['first', 'second'], { startAt: 0, maxResults: 100, total: 2 }],
  ['startAt=1', ['second'], { startAt: 1, total: 2 }],
  ['maxResults=1', ['first'], { maxResults: 1, total: 2 }],
  ['orderBy=-created', ['second', 'first'], { total: 2 }],
])('Jira pages and orders comments by ?%s', async (query, texts, page) => {
  await using jira = await startJira()
  const { body } = await jira.call('GET', `/issue/OPS-1/comment?${query}`)
  expect(body).toMatchObject(page)
  expect(
    body.comments.map((each: { body: { content: { content: { text: string }[] }[] } }) => each.body.content[0]?.content[0]?.text),
  ).toEqual(texts)
  expect(body.comments[0].author).not.toHaveProperty('locale')
})

test.each([
  ['GET', '/serverInfo', undefined, 200, { deploymentType: 'Cloud', baseUrl: expect.stringContaining('/jira') }],
  ['GET', '/status', undefined, 200, [{ name: 'To Do' }, { name: 'In Progress' }, { name: 'Done' }]],
  ['GET', '/field', undefined, 200, expect.arrayContaining([expect.objectContaining({ id: 'summary' })])],
  ['GET', '/project/search', undefined, 200, { total: 1, isLast: true, values: [{ key: 'OPS' }] }],
  [
    'GET',
    '/mypermissions?permissions=CREATE_ISSUES,ADMINISTER',
    undefined,
    200,
    { permissions: { CREATE_ISSUES: { havePermission: true }, ADMINISTER: { havePermission: false } } },
  ],
  ['GET', '/mypermissions', undefined, 400, { errorMessages: [expect.any(String)] }],
  ['GET', '/search?jql=project=OPS', undefined, 410, { errorMessages: [expect.stringContaining('/search/jql')] }],
  ['POST', '/search', {}, 410, { errorMessages: [expect.any(String)] }],
  ['POST', '/search/approximate-count', { jql: 'project = OPS' }, 200, { count: 1 }],
  [
    'GET',
    '/issue/OPS-1/transitions',
    undefined,
    200,
    { transitions: [{ id: '11' }, { id: '21' }, { id: '31', to: { statusCategory: { key: 'done' } } }] },
  ],
  ['POST', '/issue/OPS-1/transitions', { transition: { id: '31' } }, 204, undefined],
  ['POST', '/issue/OPS-1/transitions', { transition: { id: '99' } }, 400, { errorMessages: [expect.stringContaining('illegal workflow')] }],
  ['GET', '/issue/OPS-1/comment/10001', undefined, 200, { id: '10001' }],
  ['GET', '/issue/OPS-1/comment/9', undefined, 404, { errorMessages: [expect.any(String)] }],
  ['PUT', '/issue/OPS-1', { fields: { summary: 'new' } }, 204, undefined],
  ['PUT', '/issue/OPS-1', { fields: { summary: '' } }, 400, { errors: { summary: expect.any(String) } }],
  ['PUT', '/issue/OPS-9', { fields: {} }, 404, { errorMessages: [expect.any(String)] }],
  ['DELETE', '/issue/OPS-1', undefined, 204, undefined],
  ['GET', '/issue/OPS-1/changelog', undefined, 200, { total: 0, isLast: true, values: [] }],
  ['POST', '/issue/OPS-1/remotelink', { object: { url: 'https://a.example', title: 'Graph' } }, 201, { id: 10_000 }],
  ['POST', '/issue/OPS-1/remotelink', { object: {} }, 400, { errors: { url: expect.any(String) } }],
  ['GET', '/issue/OPS-1/remotelink', undefined, 200, []],
  [
    'GET',
    '/issue/createmeta/OPS/issuetypes/10001',
    undefined,
    200,
    { fields: expect.arrayContaining([expect.objectContaining({ fieldId: 'priority' })]) },
  ],
  ['GET', '/issue/createmeta/OPS/issuetypes/1', undefined, 404, { errorMessages: [expect.any(String)] }],
  ['POST', '/issue', { fields: { ...task, duedate: '2026-12-24' } }, 201, { key: 'OPS-2' }],
  ['POST', '/issue', { fields: { ...task, duedate: 'soon' } }, 400, { errors: { duedate: expect.any(String) } }],
  ['POST', '/issue', { fields: { ...task, environment: doc(paragraph(text('prod'))) } }, 201, { key: 'OPS-2' }],
  ['POST', '/issue', { fields: { ...task, environment: 'prod' } }, 400, { errors: { environment: expect.any(String) } }],
  ['POST', '/issue', { fields: { ...task, reporter: { accountId: RAVI } } }, 201, { key: 'OPS-2' }],
  ['POST', '/issue', { fields: { ...task, reporter: { accountId: 'nobody' } } }, 400, { errors: { reporter: expect.any(String) } }],
  ['POST', '/issue', { fields: task, update: { labels: [{ add: 'x' }] } }, 400, { errors: { labels: expect.any(String) } }],
])('Jira answers %s %s: %#', async (method, path, body, status, answer) => {
  await using jira = await startJira()
  const given = await jira.call(method, path, body)
  expect(given.status).toBe(status)
  if (answer === undefined) expect(given.body).toBeUndefined()
  else expect(given.body).toMatchObject(answer)
})

test('a project without priorities has none in its create metadata, on its issues, and refuses one', async () => {
  await using jira = await startJira({ projectShape: 'plain' })
  const local = { ...task, issuetype: { name: 'Aufgabe' } }
  expect((await jira.call('POST', '/issue', { fields: task })).body.errors).toEqual({ issuetype: 'Specify a valid issue type' })
  expect((await jira.call('POST', '/issue', { fields: { ...local, priority: { name: 'High' } } })).body.errors).toEqual({
    priority: expect.stringContaining("Field 'priority' cannot be set"),
  })
  const { body } = await jira.call('POST', '/issue', { fields: local })
  expect((await jira.call('GET', `/issue/${body.key}`)).body.fields).not.toHaveProperty('priority')
  const meta = await jira.call('GET', '/issue/createmeta/OPS/issuetypes/10001')
  expect(meta.body.fields.map(({ fieldId }: { fieldId: string }) => fieldId)).not.toContain('priority')
})

test('a project with a required field names it in its create metadata and refuses issues without it', async () => {
  await using jira = await startJira({ projectShape: 'strict' })
  expect((await jira.call('POST', '/issue', { fields: task })).body.errors).toEqual({ customfield_10042: 'Affected service is required.' })
  const fields = { ...task, customfield_10042: { value: 'inventory' } }
  const { body } = await jira.call('POST', '/issue', { fields })
  expect((await jira.call('GET', `/issue/${body.key}`)).body.fields.customfield_10042).toMatchObject({ value: 'inventory' })
  expect((await jira.call('POST', '/issue', { fields: { ...fields, customfield_10042: { value: 'x' } } })).status).toBe(400)
})

test('a closed issue is done for the search, has a resolution and a history, and can be opened again', async () => {
  await using jira = await startJira()
  const done = async () => (await jira.call('GET', '/search/jql?jql=statusCategory%20%3D%20Done')).body.issues.length
  await jira.call('POST', '/issue/OPS-1/transitions', { transition: { id: '31' } })
  expect(await done()).toBe(1)
  expect((await jira.call('GET', '/issue/OPS-1')).body.fields).toMatchObject({ status: { name: 'Done' }, resolution: { name: 'Done' } })
  expect((await jira.call('GET', '/issue/OPS-1/changelog')).body.values).toMatchObject([{ items: [{ field: 'status', to: '10002' }] }])
  await jira.call('POST', '/issue/OPS-1/transitions', { transition: { id: '11' } })
  expect(await done()).toBe(0)
  expect((await jira.call('GET', '/issue/OPS-1')).body.fields.resolution).toBeNull()
})

test('the SDK, which checks every answer against its schemas, closes an issue and tells two people of one name apart', async () => {
  await using jira = await startJira()
  const auth = { type: 'basic' as const, email: KNOWN.jiraEmail, apiToken: KNOWN.jiraApiToken }
  const client = createCloudClient({ host: `${jira.url}/jira`, auth, onSchemaMismatch: 'throw' })
  const { transitions } = await client.issues.getTransitions({ issueIdOrKey: 'OPS-1' })
  await client.issues.doTransition({ issueIdOrKey: 'OPS-1', transition: { id: transitions?.at(-1)?.id } })
  expect((await client.issues.getIssue({ issueIdOrKey: 'OPS-1' })).fields?.status?.name).toBe('Done')
  const people = await client.userSearch.findAssignableUsers({ project: 'OPS', query: 'lena' })
  expect(new Set(people.map(({ displayName }) => displayName)).size).toBe(1)
  expect(new Set(people.map(({ emailAddress }) => emailAddress)).size).toBe(2)
})
