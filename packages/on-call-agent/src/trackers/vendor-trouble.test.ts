import { guard } from '@oncall-lab/service-kit/guard'
import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { test as base, expect, vi } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { call } from '../../test-parts/scripted-model.ts'
import type { Incident } from '../api.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { createTicket } from './create-ticket.ts'
import { createJiraClient } from './jira/client.ts'
import { obeyRetryAfter, patientTracker } from './obey-retry-after.ts'
import { TrackerError } from './tracker-error.ts'

const PERSON = 'whatsapp:+15550100001'

/** The Jira client on its stand-in, with one clock for both: sleeping moves it on and takes no time. */
const test = base.extend('world', async ({ task: _task }, { onCleanup }) => {
  let nowMs = Date.now()
  const slept: number[] = []
  const clock = {
    now: () => nowMs,
    async sleep(ms: number) {
      slept.push(ms)
      // What is waited for goes on in real time.
      await new Promise((resolve) => setTimeout(resolve, 20))
      nowMs += ms
    },
  }
  const standIns = await startStandIns({ now: () => nowMs })
  const store = createSqliteStore(':memory:')
  await store.alerts.apply([receivedAlert()])
  const settings = { url: `${standIns.url}/jira`, email: KNOWN.jiraEmail, apiToken: KNOWN.jiraApiToken, projectKey: KNOWN.jiraProjectKey }
  const jira = patientTracker({ id: 'jira', owns: () => true, ...createJiraClient(settings) }, { sleep: clock.sleep })
  const tool = createTicket(
    guard(jira, (text) => text),
    store,
    { clock, patienceMs: 8_000 },
  )
  onCleanup(async () => {
    await standIns.app.close()
    await store[Symbol.asyncDispose]()
  })
  const breaks = async (fault: object) => {
    const body = JSON.stringify({ vendor: 'jira', ...fault })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    expect((await fetch(`${standIns.url}/stand-ins/fault`, init)).status).toBe(201)
  }
  const file = async (args: object = {}, choice?: { typed: string; label: string }) => {
    const incident = (await store.incidents.find('I1')) as Incident // Opened above.
    const asked = { person: PERSON, words: new Set(['lena', 'ravi', '2']), note: () => {}, ...(choice && { choice }) }
    const context = { incident, limits: LIMITS, signal: new AbortController().signal, asked }
    const { result } = await callTool([tool], call('c', 'create_jira_ticket', { summary: 's', description: 'd', ...args }), context)
    return JSON.parse(result)
  }
  const issues = async () =>
    ((await (await fetch(`${standIns.url}/phone/messages`)).json()) as { issues: { assignee: string | null }[] }).issues
  const told = async () => (await store.outbox.list(['pending'])).map(({ body }) => body)
  return { breaks, file, issues, told, slept, clock, store }
})

const createIssue = { method: 'POST', path: '/rest/api/3/issue' }

test('a create that is told to wait 5 s is made again after them, and the person gets their ticket', async ({ world }) => {
  await world.breaks({ ...createIssue, count: 1, fault: { kind: 'status', status: 429, retry_after: 5 } })
  expect(await world.file()).toMatchObject({ key: 'OPS-1', existing: false })
  expect(world.slept).toContain(5_100)
})

test('one that is told to wait longer than a person does is filed then, once, and told', async ({ world }) => {
  await world.breaks({ ...createIssue, count: 2, fault: { kind: 'status', status: 429, retry_after: 60 } })
  expect((await world.file()).error).toMatchObject({ code: 'ticket_delayed', message: expect.stringContaining('wait 61 s') })
  expect((await world.file()).error.code).toBe('ticket_in_doubt')
  await vi.waitFor(async () => expect(await world.told()).toEqual([expect.stringContaining('*I1* The ticket is there: *OPS-1*')]))
  expect(await world.file()).toMatchObject({ key: 'OPS-1', existing: true })
  expect(await world.issues()).toHaveLength(1)
})

test('looking up people and searching wait as they are told, too', async ({ world }) => {
  await world.breaks({ method: 'GET', count: 2, fault: { kind: 'status', status: 429, retry_after: 3 } })
  expect(await world.file({ assignee: 'Ravi' })).toMatchObject({ key: 'OPS-1', assignee: 'Ravi Kumar' })
  expect(world.slept.filter((ms) => ms === 3_100)).toHaveLength(2)
})

test('with an answer lost and a search that lags by 60 s there is one ticket, however often it is asked for', async ({ world }) => {
  await world.breaks({ seconds: 3_600, fault: { kind: 'search_lag', lag_ms: 60_000 } })
  await world.breaks({ ...createIssue, count: 1, fault: { kind: 'lost_answer' } })
  expect((await world.file()).error.code).toBe('ticket_in_doubt')
  for (let wish = 0; wish < 5; wish += 1) expect((await world.file()).error?.code ?? 'found').toMatch(/^(ticket_in_doubt|found)$/)
  await vi.waitFor(async () => expect(await world.told()).toEqual([expect.stringContaining('*I1* The ticket is there: *OPS-1*')]), 5_000)
  for (let wish = 0; wish < 5; wish += 1) expect(await world.file()).toMatchObject({ key: 'OPS-1', existing: true })
  expect(await world.issues()).toHaveLength(1)
})

test('two people of one name are offered by number, and the number assigns', async ({ world }) => {
  const asked = (await world.file({ assignee: 'lena' })).error
  expect(asked).toMatchObject({
    code: 'assignee_ambiguous',
    message: '"lena" can be 1. Lena Vogel (lena.vogel) or 2. Lena Vogel (lena.vogel.berlin); nothing was created',
  })
  expect(await world.issues()).toEqual([])
  const label = /or 2\. (.+); nothing/.exec(asked.message)?.[1] ?? ''
  expect(await world.file({ assignee: '2' }, { typed: 'lena', label })).toMatchObject({ key: 'OPS-1', assignee: 'Lena Vogel' })
})

const limited = (retryAfterMs: number | undefined, claim: 'retryable' | 'uncertain' = 'retryable') =>
  new TrackerError('Jira could not search: too many requests', { claim, slow: false, retryAfterMs, code: 'x' })

base.for([
  ['without Retry-After', limited(undefined)],
  ['longer than anybody waits', limited(61_000)],
  ['whose effect is uncertain', limited(1_000, 'uncertain')],
] as const)('a refusal %s is not waited for', async ([_case, error]) => {
  const sleep = vi.fn(async () => {})
  await expect(obeyRetryAfter(() => Promise.reject(error), { longestMs: 60_000, sleep })).rejects.toBe(error)
  expect(sleep).not.toHaveBeenCalled()
})

base('a tracker that always asks to wait is given up after six tries', async () => {
  let tries = 0
  const always = async () => {
    tries += 1
    throw limited(0)
  }
  await expect(obeyRetryAfter(always, { longestMs: 60_000, sleep: async () => {} })).rejects.toThrow('too many requests')
  expect(tries).toBe(6)
})
