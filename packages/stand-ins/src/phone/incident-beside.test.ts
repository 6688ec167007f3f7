import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { PhoneIncident } from '../api.ts'
import { startStandIns } from '../test-stand-ins.ts'

/** An agent's API with these answers, by path. */
async function startAgent(answers: Record<string, unknown>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    asked.push(path)
    response.writeHead(path in answers ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(answers[path] ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return { asked, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() }
}

const at = (second: number) => new Date(Date.parse('2026-11-30T12:51:00Z') + second * 1_000).toISOString()
const whole = {
  ref: 'I7',
  service: 'inventory',
  severity: 'critical',
  status: 'diagnosed',
  html_url: 'http://127.0.0.1:8087/incidents/I7',
  resolved_at: null,
  alerts: [{ starts_at: at(5) }, { starts_at: at(0) }],
  timeline: [
    { at: at(8), event: { kind: 'alert_firing' } },
    { at: at(20), event: { kind: 'message_sent' } },
    { at: at(15), event: { kind: 'diagnosis' } },
    { at: at(30), event: { kind: 'message_sent' } },
    { at: at(31), event: { kind: 'message_read' } },
  ],
}

async function shown(agentUrl?: string): Promise<PhoneIncident> {
  await using standIns = await startStandIns(agentUrl === undefined ? {} : { agentUrl })
  return Value.Parse(PhoneIncident, await (await fetch(`${standIns.url}/phone/incident`)).json())
}

test('the phone shows the newest open incident with its clock, the first of each moment, oldest first', async () => {
  const incidents = [
    { ref: 'I8', resolved_at: at(1) },
    { ref: 'I7', resolved_at: null },
    { ref: 'I6', resolved_at: null },
  ]
  await using agent = await startAgent({ '/api/incidents': { incidents }, '/api/incidents/I7': whole })
  const { incident } = await shown(agent.url)
  expect(incident).toMatchObject({ ref: 'I7', status: 'diagnosed', url: 'http://127.0.0.1:8087/incidents/I7' })
  expect(incident?.moments).toEqual([
    { what: 'alert fires', at: at(0) },
    { what: 'webhook', at: at(8) },
    { what: 'diagnosis', at: at(15) },
    { what: 'page sent', at: at(20) },
    { what: 'read', at: at(31) },
  ])
})

test('when nothing is open it shows how the newest one ended', async () => {
  const over = { ...whole, status: 'resolved', resolved_at: at(90) }
  await using agent = await startAgent({ '/api/incidents': { incidents: [{ ref: 'I7', resolved_at: at(90) }] }, '/api/incidents/I7': over })
  expect((await shown(agent.url)).incident?.moments.at(-1)).toEqual({ what: 'resolved', at: at(90) })
})

test.each([
  ['there is none', { '/api/incidents': { incidents: [] } }, /^No incident yet/],
  ['the agent asks for a token', {}, /401/],
  ['the answer is no list', { '/api/incidents': { incidents: 7 } }, /The agent does not show its incident/],
])('when %s the phone says so', async (_case, answers, detail) => {
  await using agent = await startAgent(answers)
  expect(await shown(agent.url)).toEqual({ incident: null, detail: expect.stringMatching(detail) })
})

test('an agent that is down, or that nobody named, is said; the conversation goes on', async () => {
  expect((await shown('http://127.0.0.1:9')).detail).toMatch(/The agent does not show its incident/)
  expect((await shown()).detail).toMatch(/AGENT_URL/)
})
