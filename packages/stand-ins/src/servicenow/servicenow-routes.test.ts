import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns } from '../test-stand-ins.ts'

type Row = Record<string, string>
const login = (password: string = KNOWN.serviceNowPassword) =>
  `Basic ${Buffer.from(`${KNOWN.serviceNowUser}:${password}`).toString('base64')}`

/** The Table API at a stand-in. */
function tableOf(url: string) {
  return async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const json: Record<string, string> = body ? { 'content-type': 'application/json' } : {}
    const answer = await fetch(`${url}/servicenow/api/now/table${path}`, {
      method,
      headers: { authorization: login(), accept: 'application/json', ...json, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
  }
}

test('a record is created, read, changed and deleted in the documented form: every value a text', async () => {
  await using standIns = await startStandIns({ now: () => Date.parse('2026-11-30T03:14:07Z') })
  const call = tableOf(standIns.url)
  const made = await call('POST', '/incident', { short_description: 'x', impact: 1, urgency: '2', priority: '5', unknown_field: 'y' })
  expect(made.status).toBe(201)
  expect(made.headers.get('location')).toBe(`${standIns.url}/servicenow/api/now/table/incident/${made.body.result.sys_id}`)
  expect(made.body.result).toMatchObject({
    number: 'INC0010001',
    priority: '2',
    state: '1',
    active: 'true',
    sys_created_on: '2026-11-30 03:14:07',
    sys_mod_count: '0',
  })
  expect('unknown_field' in made.body.result).toBe(false)
  expect(Object.values(made.body.result as Row).every((value) => typeof value === 'string')).toBe(true)
  const path = `/incident/${made.body.result.sys_id}`
  expect((await call('PATCH', path, { state: '2' })).body.result).toMatchObject({ state: '2', sys_mod_count: '1' })
  expect((await call('GET', `${path}?sysparm_display_value=true&sysparm_fields=state,priority`)).body.result).toEqual({
    state: 'In Progress',
    priority: '2 - High',
  })
  expect((await call('DELETE', path)).status).toBe(204)
  const gone = await call('GET', path)
  expect([gone.status, gone.body]).toEqual([
    404,
    { error: { message: 'No Record found', detail: "Record doesn't exist or ACL restricts the record retrieval" }, status: 'failure' },
  ])
})

test.each([
  ['without Accept', { accept: '' }, 406],
  ['with another media type', { accept: 'application/json', 'content-type': 'text/plain' }, 415],
  ['with a wrong password', { authorization: login('wrong') }, 401],
  ['without a login', { authorization: '' }, 401],
])('a call %s is refused', async (_title, headers, status) => {
  await using standIns = await startStandIns()
  const answer = await tableOf(standIns.url)('POST', '/incident', { short_description: 'x' }, headers)
  expect([answer.status, answer.body.status]).toEqual([status, 'failure'])
})

test('resolving needs a code of the list and notes, and what is closed stays closed', async () => {
  await using standIns = await startStandIns()
  const call = tableOf(standIns.url)
  const { sys_id } = (await call('POST', '/incident', { short_description: 'x' })).body.result
  const refused = await call('PATCH', `/incident/${sys_id}`, { state: '6' })
  expect([refused.status, refused.body.error.detail]).toEqual([
    403,
    'Data Policy Exception: The following fields are mandatory: Resolution code, Resolution notes',
  ])
  expect((await call('PATCH', `/incident/${sys_id}`, { state: '6', close_code: 'Made up', close_notes: 'x' })).status).toBe(403)
  expect(
    (await call('PATCH', `/incident/${sys_id}`, { state: '6', close_code: 'Solution provided', close_notes: 'x' })).body.result.state,
  ).toBe('6')
  expect((await call('PATCH', `/incident/${sys_id}`, { state: '7' })).body.result).toMatchObject({ state: '7', active: 'false' })
  expect((await call('PATCH', `/incident/${sys_id}`, { state: '2' })).status).toBe(403)
})

test('an invalid part of a query is ignored, so that all rows may come', async () => {
  await using standIns = await startStandIns()
  const call = tableOf(standIns.url)
  for (const correlation_id of ['a', 'b', 'c']) await call('POST', '/incident', { short_description: correlation_id, correlation_id })
  const ask = async (query: string) =>
    ((await call('GET', `/incident?sysparm_query=${encodeURIComponent(query)}`)).body.result as Row[]).map((row) => row.correlation_id)
  expect(await ask('correlation_id=b')).toEqual(['b'])
  expect(await ask('corelation_id=b')).toEqual(['a', 'b', 'c'])
  expect(await ask('correlation_id=a^ORcorrelation_id=c')).toEqual(['a', 'c'])
  expect(await ask('correlation_id!=a^ORDERBYDESCcorrelation_id')).toEqual(['c', 'b'])
  const page = await call('GET', '/incident?sysparm_limit=1&sysparm_offset=1')
  expect([page.headers.get('x-total-count'), page.body.result.length]).toEqual(['3', 1])
})

test('journal fields take entries and read back empty; their entries are shown newest first', async () => {
  await using standIns = await startStandIns()
  const call = tableOf(standIns.url)
  const { sys_id, number } = (await call('POST', '/incident', { short_description: '<b>x', work_notes: 'one' })).body.result
  expect((await call('PATCH', `/incident/${sys_id}`, { work_notes: 'two' })).body.result.work_notes).toBe('')
  expect((await call('GET', `/incident/${sys_id}?sysparm_display_value=true`)).body.result.work_notes).toMatch(/two[\s\S]*one/)
  const page = await (await fetch(`${standIns.url}/servicenow/nav_to.do?uri=incident.do?sys_id=${sys_id}`)).text()
  expect(page).toContain(`${number}`)
  expect(page).toContain('&#60;b&#62;x')
  expect(await (await fetch(`${standIns.url}/servicenow/`)).text()).toContain(number)
})

test('the business rule posts each insert and update with the number, the host and how often the record changed', async () => {
  const posted: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    posted.push(JSON.parse(text))
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await vi.waitUntil(() => server.listening)
  const { port } = server.address() as AddressInfo // It listens on TCP.
  await using standIns = await startStandIns({ serviceNowWebhook: `http://127.0.0.1:${port}/hook` })
  const call = tableOf(standIns.url)
  const { sys_id } = (
    await call('POST', '/incident', { short_description: 'x', u_host: 'web-prod-01', u_service: 'nginx', impact: '1', urgency: '1' })
  ).body.result
  await call('PATCH', `/incident/${sys_id}`, { state: '2' })
  await call('PATCH', `/incident/${sys_id}`, { state: '2' })
  await vi.waitFor(() => expect(posted).toHaveLength(2))
  expect(posted.toSorted((a, b) => Number(a.sys_mod_count) - Number(b.sys_mod_count))).toMatchObject([
    {
      incident_number: 'INC0010001',
      priority: '1 - Critical',
      target: { hostname: 'web-prod-01', service: 'nginx' },
      sys_id,
      sys_mod_count: '0',
      event: 'insert',
    },
    { sys_mod_count: '1', event: 'update', state: '2' },
  ])
  server.close()
})
