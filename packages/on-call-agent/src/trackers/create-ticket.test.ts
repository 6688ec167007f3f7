import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { recordingJira } from '../../test-parts/recording-jira.ts'
import { call } from '../../test-parts/scripted-model.ts'
import type { Incident } from '../api.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import type { CreateTicketResult } from '../functions.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { createTicket } from './create-ticket.ts'

let store: Store
let jira: ReturnType<typeof recordingJira>
let tool: ReturnType<typeof createTicket>
beforeEach(async () => {
  store = createSqliteStore(':memory:')
  await store.alerts.apply([receivedAlert()])
  jira = recordingJira()
  tool = createTicket(guard(jira, redact), store)
})
afterEach(() => store[Symbol.asyncDispose]())

const incident = async () => (await store.incidents.find('I1')) as Incident // Opened above.
async function file(args: object = {}): Promise<CreateTicketResult & { error?: { code: string; message: string } }> {
  const context = { incident: await incident(), limits: LIMITS, signal: new AbortController().signal }
  const { result } = await callTool(
    [tool],
    call('c', 'create_jira_ticket', { summary: 'Prices fail', description: 'Why.', ...args }),
    context,
  )
  return JSON.parse(result)
}

test('a ticket without an assignee, with the label and the incident in its text', async () => {
  expect(await file()).toEqual({ key: 'OPS-1', url: 'http://jira/browse/OPS-1', assignee: null, existing: false })
  expect(jira.issues).toMatchObject([
    { label: `oncall-lab-${(await incident()).id}`, priority: 'high', description: expect.stringContaining('Incident I1') },
  ])
  expect((await incident()).ticket).toEqual({ key: 'OPS-1', url: 'http://jira/browse/OPS-1', assignee: null })
})

test('an assignee is found by the name as a person writes it', async () => {
  expect(await file({ assignee: 'ravi k', priority: 'critical' })).toMatchObject({ assignee: 'Ravi Kumar' })
  expect(jira.issues).toMatchObject([{ accountId: 'acc-ravi', priority: 'critical' }])
})

test.each([
  ['min', 'assignee_ambiguous', /Mina Patel or Minh Tran; nothing was created/],
  ['Nobody', 'assignee_not_found', /Who can: Ravi Kumar, Mina Patel, Minh Tran/],
])('the assignee %s is asked about, and nothing is created', async (assignee, code, message) => {
  expect((await file({ assignee })).error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(jira.issues).toEqual([])
  expect((await incident()).ticket).toBeNull()
})

test('a ticket that is there is not created again; a later call can assign it, once', async () => {
  await file()
  expect(await file()).toMatchObject({ key: 'OPS-1', existing: true, assignee: null })
  expect(await file({ assignee: 'Ravi' })).toMatchObject({ key: 'OPS-1', existing: true, assignee: 'Ravi Kumar' })
  expect(await file({ assignee: 'Ravi' })).toMatchObject({ existing: true, assignee: 'Ravi Kumar' })
  expect(await file()).toMatchObject({ assignee: 'Ravi Kumar' })
  expect(jira.issues).toHaveLength(1)
  expect(jira.assigned).toEqual([['OPS-1', 'Ravi Kumar']])
  expect((await incident()).ticket?.assignee).toBe('Ravi Kumar')
})

test('a ticket whose answer was lost is found by its label, and not created again', async () => {
  jira.behaviour.losesAnswers = true
  expect((await file({ assignee: 'Ravi' })).error?.code).toBe('tool_failed')
  expect((await incident()).ticket).toBeNull()
  jira.behaviour.losesAnswers = false
  expect(await file({ assignee: 'Ravi' })).toMatchObject({ key: 'OPS-1', existing: true, assignee: 'Ravi Kumar' })
  expect(jira.issues).toHaveLength(1)
  expect((await incident()).ticket?.key).toBe('OPS-1')
})

test('while nobody can say whether there is a ticket, none is created', async () => {
  jira.findByLabel = async () => {
    throw new Error('search is down')
  }
  tool = createTicket(guard(jira, redact), store)
  expect((await file()).error).toBeDefined()
  expect(jira.issues).toEqual([])
})

test('calls side by side make one issue, and a failed one does not block the next', async () => {
  const results = await Promise.all([file({ assignee: 'Nobody' }), file(), file(), file()])
  expect(results.map(({ key }) => key)).toEqual([undefined, 'OPS-1', 'OPS-1', 'OPS-1'])
  expect(jira.issues).toHaveLength(1)
})

test('no credential gets into a ticket', async () => {
  await file({ summary: 'password=hunter22', description: 'postgres://shop:hunter22@db/shop' })
  expect(JSON.stringify(jira.issues)).not.toContain('hunter22')
})
