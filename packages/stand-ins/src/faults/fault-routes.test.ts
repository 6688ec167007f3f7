import { Octokit } from '@octokit/rest'
import { createCloudClient } from 'jira.js'
import twilio from 'twilio'
import { expect, test } from 'vitest'
import { type FaultState, STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns } from '../test-stand-ins.ts'
import { matchesPath } from './faults.ts'

const MESSAGE = { from: KNOWN.twilioWhatsappNumber, to: KNOWN.userWhatsappNumber, body: 'x' }
const ISSUE = { fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'x', labels: ['mine'] } }
const MINE = { jql: 'project = OPS AND labels = mine' }

async function order(url: string, body: object, headers: Record<string, string> = {}) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
  const response = await fetch(`${url}/stand-ins/fault`, init)
  return { status: response.status, body: (await response.json()) as FaultState & { field?: string } } // The tests compare it.
}

function twilioOf(url: string) {
  const client = twilio(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken)
  client.api.baseUrl = `${url}/twilio`
  return client.messages
}

function jiraOf(url: string) {
  return createCloudClient({ host: `${url}/jira`, auth: { type: 'basic', email: KNOWN.jiraEmail, apiToken: KNOWN.jiraApiToken } })
}

test('a status fault strikes as often as ordered, in the words of each vendor, with Retry-After', async () => {
  await using standIns = await startStandIns()
  for (const vendor of ['twilio', 'jira', 'github', 'servicenow'])
    await order(standIns.url, { vendor, count: 1, fault: { kind: 'status', status: 429, retry_after: 7 } })
  await expect(twilioOf(standIns.url).create(MESSAGE)).rejects.toMatchObject({ status: 429, code: 20429 })
  await expect(twilioOf(standIns.url).create(MESSAGE)).resolves.toMatchObject({ status: 'queued' })
  await expect(jiraOf(standIns.url).issues.createIssue(ISSUE)).rejects.toMatchObject({ status: 429, retryAfterMs: 7_000 })
  await expect(jiraOf(standIns.url).issues.createIssue(ISSUE)).resolves.toMatchObject({ key: 'OPS-1' })
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const octokit = new Octokit({ baseUrl: `${standIns.url}/github`, auth: KNOWN.githubToken, log: silent })
  await expect(octokit.rateLimit.get()).rejects.toMatchObject({
    status: 429,
    message: expect.stringContaining('secondary rate limit'),
    response: { headers: { 'retry-after': '7' } },
  })
  const ofServiceNow = await fetch(`${standIns.url}/servicenow/api/now/table/incident`, { headers: { accept: 'application/json' } })
  expect([ofServiceNow.status, ofServiceNow.headers.get('retry-after')]).toEqual([429, '7'])
  expect(await ofServiceNow.json()).toMatchObject({ error: { message: 'Rate limit exceeded' }, status: 'failure' })
})

test('a lost answer leaves the effect behind, a lost request does not', async () => {
  await using standIns = await startStandIns()
  const messages = twilioOf(standIns.url)
  await order(standIns.url, { vendor: 'twilio', method: 'POST', count: 1, fault: { kind: 'lost_answer' } })
  await expect(messages.create({ ...MESSAGE, body: 'kept' })).rejects.toThrow()
  await order(standIns.url, { vendor: 'twilio', method: 'POST', count: 1, fault: { kind: 'lost_request' } })
  await expect(messages.create({ ...MESSAGE, body: 'gone' })).rejects.toThrow()
  expect((await messages.list()).map(({ body }) => body)).toEqual(['kept'])
})

test('a delay before the effect holds the call, a delay after it holds the answer', async () => {
  await using standIns = await startStandIns()
  const messages = twilioOf(standIns.url)
  await order(standIns.url, { vendor: 'twilio', method: 'POST', count: 1, fault: { kind: 'delay', delay_ms: 60_000, when: 'before' } })
  const held = messages.create({ ...MESSAGE, body: 'held' }).catch(() => undefined)
  await order(standIns.url, { vendor: 'twilio', method: 'POST', count: 1, fault: { kind: 'delay', delay_ms: 60_000, when: 'after' } })
  await expect.poll(async () => (await messages.list()).length).toBe(0)
  const late = messages.create({ ...MESSAGE, body: 'late' }).catch(() => undefined)
  await expect.poll(async () => (await messages.list()).map(({ body }) => body), { timeout: 5_000 }).toEqual(['late'])
  await standIns.app.close()
  await Promise.all([held, late])
})

test('a trickled answer arrives whole, in pieces', async () => {
  await using standIns = await startStandIns()
  await order(standIns.url, { vendor: 'jira', count: 1, fault: { kind: 'trickle', over_ms: 200 } })
  const authorization = `Basic ${btoa(`${KNOWN.jiraEmail}:${KNOWN.jiraApiToken}`)}`
  const response = await fetch(`${standIns.url}/jira/rest/api/3/myself`, { headers: { authorization } })
  let pieces = 0
  let text = ''
  for await (const chunk of response.body ?? []) {
    pieces += 1
    text += Buffer.from(chunk).toString()
  }
  expect(pieces).toBeGreaterThan(1)
  expect(JSON.parse(text)).toMatchObject({ displayName: 'On-call Agent' })
})

test("Jira's search lags behind a creation, except for an issue that the caller names", async () => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs })
  const { issues, issueSearch } = jiraOf(standIns.url)
  await order(standIns.url, { vendor: 'jira', seconds: 3_600, fault: { kind: 'search_lag', lag_ms: 60_000 } })
  const { id } = await issues.createIssue(ISSUE)
  nowMs += 59_000
  expect((await issueSearch.searchAndReconsileIssuesUsingJql(MINE)).issues).toEqual([])
  const named = { ...MINE, reconcileIssues: [Number(id)] }
  expect((await issueSearch.searchAndReconsileIssuesUsingJqlPost(named)).issues).toHaveLength(1)
  nowMs += 1_000
  expect((await issueSearch.searchAndReconsileIssuesUsingJql(MINE)).issues).toHaveLength(1)
})

test('a closed window fails free text with 63016 until the fault is cleared', async () => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs })
  const messages = twilioOf(standIns.url)
  await order(standIns.url, { vendor: 'twilio', seconds: 60, fault: { kind: 'window_closed' } })
  const lost = await messages.create(MESSAGE)
  await fetch(`${standIns.url}/stand-ins/fault`, { method: 'DELETE' })
  const sent = await messages.create(MESSAGE)
  nowMs += 5_000
  expect(await messages(lost.sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 63016 })
  expect(await messages(sent.sid).fetch()).toMatchObject({ status: 'delivered' })
})

test('faults are listed with what they struck, end by themselves, and are taken away one by one or all', async () => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs })
  const list = async () => ((await (await fetch(`${standIns.url}/stand-ins/fault`)).json()) as { faults: FaultState[] }).faults
  const remove = async (path = '') => fetch(`${standIns.url}/stand-ins/fault${path}`, { method: 'DELETE' })
  const effect = { kind: 'status', status: 500 }
  await order(standIns.url, { vendor: 'jira', seconds: 10, fault: effect })
  const { body: second } = await order(standIns.url, { vendor: 'twilio', path: '*/Messages.json', count: 2, fault: effect })
  await expect(twilioOf(standIns.url).create(MESSAGE)).rejects.toMatchObject({ status: 500 })
  expect(await list()).toMatchObject([
    { vendor: 'jira', ends_at: new Date(nowMs + 10_000).toISOString(), struck: 0 },
    { vendor: 'twilio', count: 2, struck: 1, ends_at: null },
  ])
  nowMs += 10_000
  expect(await list()).toHaveLength(1)
  expect((await remove(`/${second.id}`)).status).toBe(204)
  expect((await remove(`/${second.id}`)).status).toBe(404)
  await order(standIns.url, { vendor: 'github', count: 1, fault: effect })
  expect(await (await remove()).json()).toEqual({ cleared: 1 })
})

test.each([
  ['without a bound', { vendor: 'jira', fault: { kind: 'lost_answer' } }, 'body.count'],
  ['of an unknown vendor', { vendor: 'slack', count: 1, fault: { kind: 'lost_answer' } }, 'body.vendor'],
  ['of an unknown kind', { vendor: 'jira', count: 1, fault: { kind: 'fire' } }, undefined],
  ['of another vendor', { vendor: 'github', count: 1, fault: { kind: 'search_lag', lag_ms: 1 } }, 'body.vendor'],
])('refuses a fault %s', async (_case, body, field) => {
  await using standIns = await startStandIns()
  const refused = await order(standIns.url, body)
  expect(refused.status).toBe(400)
  if (field) expect(refused.body.field).toBe(field)
})

test('a web page of another origin cannot order or clear a fault', async () => {
  await using standIns = await startStandIns()
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  const body = { vendor: 'jira', count: 1, fault: { kind: 'lost_answer' } }
  expect((await order(standIns.url, body, foreign)).status).toBe(403)
  expect((await order(standIns.url, body, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await fetch(`${standIns.url}/stand-ins/fault`, { method: 'DELETE', headers: foreign })).status).toBe(403)
})

test.each([
  ['*/Messages.json', '/2010-04-01/Accounts/AC1/Messages.json', true],
  ['*/Messages.json', '/2010-04-01/Accounts/AC1/Messages/SM1.json', false],
  ['/rest/*/issue', '/rest/api/3/issue', true],
  ['/rest/*/issue', '/rest/api/3/issue/OPS-1', false],
  ['/rest/*/issue/*/comment', '/rest/api/3/issue/OPS-1/comment', true],
  ['/a*a', '/a', false],
  ['*', '/anything', true],
  ['/exact', '/exact', true],
  [undefined, '/anything', true],
])('the path pattern %s matches %s: %s', (pattern, path, matches) => {
  expect(matchesPath(pattern, path)).toBe(matches)
})
