import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN, type PhoneConversation } from './api.ts'
import { startStandIns } from './test-stand-ins.ts'

const AUTH = {
  twilio: `Basic ${btoa(`${KNOWN.twilioAccountSid}:${KNOWN.twilioAuthToken}`)}`,
  jira: `Basic ${btoa(`${KNOWN.jiraEmail}:${KNOWN.jiraApiToken}`)}`,
  github: `Bearer ${KNOWN.githubToken}`,
}

test.each([
  ['twilio', '/twilio/2010-04-01/nothing', { code: 20404, status: 404 }],
  ['jira', '/jira/rest/api/3/nothing', { errorMessages: [expect.any(String)], errors: {} }],
  ['github', '/github/nothing', { message: 'Not Found', status: '404' }],
] as const)("an unknown path of %s gets that vendor's own 404", async (vendor, path, body) => {
  await using standIns = await startStandIns()
  const response = await fetch(`${standIns.url}${path}`, { headers: { authorization: AUTH[vendor] } })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject(body)
})

test('an unknown path of the stand-ins themselves gets a problem', async () => {
  await using standIns = await startStandIns()
  const response = await fetch(`${standIns.url}/nothing`)
  expect(await response.json()).toMatchObject({ status: 404, code: 'no_such_route' })
})

test('counts answers by vendor and status, known vendors from zero', async () => {
  await using standIns = await startStandIns()
  await fetch(`${standIns.url}/jira/rest/api/3/myself`)
  const metrics = await (await fetch(`${standIns.url}/metrics`)).text()
  expect(metrics).toContain('stand_in_requests_total{vendor="twilio",status="200"} 0')
  expect(metrics).toContain('stand_in_requests_total{vendor="jira",status="401"} 1')
})

test.each(['/', '/phone/messages', '/twilio/2010-04-01/x', '/jira/rest/api/3/myself', '/github/rate_limit'])(
  'refuses %s under a foreign host name',
  async (path) => {
    await using standIns = await startStandIns()
    const status = await new Promise((resolve, reject) => {
      request(`${standIns.url}${path}`, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(421)
  },
)

test('messages and issues survive a restart, and nobody joins a second time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stand-ins-'))
  const file = join(folder, 'stand-ins.db')
  const fields = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'kept' }
  const write = (url: string, path: string, body: object, authorization = '') =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization }, body: JSON.stringify(body) })
  try {
    const read = async (url: string) => (await (await fetch(`${url}/phone/messages`)).json()) as PhoneConversation
    let closes: string | null = null
    {
      await using standIns = await startStandIns({ file, now: () => 1_000_000_000_000 })
      await write(standIns.url, '/jira/rest/api/3/issue', { fields }, AUTH.jira)
      await write(standIns.url, '/phone/messages', { body: 'kept' })
      closes = (await read(standIns.url)).window_closes_at
    }
    await using standIns = await startStandIns({ file })
    const kept = await read(standIns.url)
    expect(kept).toMatchObject({ messages: [{ body: 'kept' }], issues: [{ key: 'OPS-1', summary: 'kept' }] })
    expect(kept.window_closes_at).toBe(closes)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
