import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deadAddress, startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { describeTracker, TICKET, thrownBy } from '../../../test-parts/tracker-contract.ts'
import { VENDOR_FAULTS } from '../../../test-parts/vendor-faults.ts'
import { createJiraClient } from './client.ts'

// jira.js has no time-out of its own.
const before = getGlobalDispatcher()
const impatient = new Agent({ headersTimeout: 700, bodyTimeout: 700, keepAliveTimeout: 1 })
beforeAll(() => setGlobalDispatcher(impatient))
afterAll(async () => {
  setGlobalDispatcher(before)
  await impatient.destroy()
})

const connect = (url: string, apiToken: string = KNOWN.jiraApiToken) =>
  createJiraClient({ url: `${url}/jira`, email: KNOWN.jiraEmail, apiToken, projectKey: KNOWN.jiraProjectKey })
describeTracker({
  name: 'Jira',
  connect,
  firstKey: 'OPS-1',
  isCreate: ({ method, url }) => method === 'POST' && url?.endsWith('/issue') === true,
  // jira.js keeps that of no other.
  keepsRetryAfterOf: [429],
})

test('an issue is closed once, and closing it again does nothing', async () => {
  await using standIns = await startStandIns()
  await using proxy = await startFaultProxy(standIns.url)
  const jira = connect(proxy.url)
  const { key } = await jira.create(TICKET)
  await jira.close(key)
  const authorization = `Basic ${Buffer.from(`${KNOWN.jiraEmail}:${KNOWN.jiraApiToken}`).toString('base64')}`
  const issue = await fetch(`${standIns.url}/jira/rest/api/3/issue/${key}`, { headers: { authorization } })
  expect(await issue.json()).toMatchObject({ fields: { status: { statusCategory: { key: 'done' } } } })
  await jira.close(key)
  // Of the issue and of its transition.
  expect(proxy.posts()).toBe(2)
})

test('an issue that no transition leads to a done state cannot be closed, for good', async () => {
  await using standIns = await startStandIns()
  await using proxy = await startFaultProxy(standIns.url)
  const jira = connect(proxy.url)
  const { key } = await jira.create(TICKET)
  const transitions = [{ id: '21', to: { statusCategory: { key: 'indeterminate' } } }]
  proxy.behaviour.fault = ({ url }) =>
    url?.includes('/transitions') ? { kind: 'answers', status: 200, body: JSON.stringify({ transitions }) } : { kind: 'passes' }
  expect(await thrownBy(jira.close(key))).toMatchObject({ claim: 'final', code: 'no_transition', retryable: false })
  expect(proxy.posts()).toBe(1)
})

// One that hangs takes a time-out, as with a create above.
const AT_ONCE = VENDOR_FAULTS.filter(({ fault }) => fault === 'refused' || (fault.kind !== 'hangs' && fault.kind !== 'late'))

describe('Jira: a failed close', () => {
  test.each(AT_ONCE)('$name is $claim', async ({ fault, claim }) => {
    await using standIns = await startStandIns()
    await using proxy = await startFaultProxy(standIns.url)
    const { key } = await connect(proxy.url).create(TICKET)
    if (fault !== 'refused')
      proxy.behaviour.fault = ({ method, url }) => (method === 'POST' && url?.includes('/transitions') ? fault : { kind: 'passes' })
    const error = await thrownBy(connect(fault === 'refused' ? await deadAddress() : proxy.url).close(key))
    expect(error).toMatchObject({ claim, retryable: claim !== 'final' })
  })
})

test("Jira's complaints reach a person as words, by field", async () => {
  await using standIns = await startStandIns()
  const error = await thrownBy(connect(standIns.url).create({ ...TICKET, label: 'two words' }))
  expect(error).toMatchObject({ claim: 'final', fields: { labels: expect.stringContaining('contains spaces') } })
  expect(String(error)).toContain("Jira could not create an issue: labels: The label 'two words' contains spaces")
})

test('a project that demands a field of its own gets it from the settings, or says in words what it demands', async () => {
  await using standIns = await startStandIns({ projectShape: 'strict' })
  const error = await thrownBy(connect(standIns.url).create(TICKET))
  expect(error).toMatchObject({ claim: 'final', code: 'missing_field' })
  expect(String(error)).toContain('the project demands "Affected service" (inventory, checkout); set it in JIRA_FIELDS')
  const settings = { url: `${standIns.url}/jira`, email: KNOWN.jiraEmail, apiToken: KNOWN.jiraApiToken, projectKey: KNOWN.jiraProjectKey }
  const jira = createJiraClient({ ...settings, fields: { 'affected service': 'checkout' } })
  expect(await jira.create(TICKET)).toMatchObject({ key: 'OPS-1' })
})

test.for([
  ['plain', ['The project takes no priority High, so it was left out.']],
  ['standard', undefined],
] as const)('a project of the %s shape gets its issue, and what it refused is said', async ([shape, leftOut]) => {
  await using standIns = await startStandIns({ projectShape: shape })
  const jira = connect(standIns.url)
  expect(await jira.create(TICKET)).toMatchObject({ key: 'OPS-1', ...(leftOut && { leftOut }) })
  expect((await jira.findByLabel(TICKET.label))?.key).toBe('OPS-1')
})
