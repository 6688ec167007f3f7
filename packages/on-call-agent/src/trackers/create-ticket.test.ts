import { setTimeout as sleep } from 'node:timers/promises'
import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
import { TrackerError } from './tracker-error.ts'

const PERSON = 'whatsapp:+15550100001'

let store: Store
let jira: ReturnType<typeof recordingJira>
let tool: ReturnType<typeof createTicket>
beforeEach(async () => {
  store = createSqliteStore(':memory:')
  await store.alerts.apply([receivedAlert()])
  jira = recordingJira()
  tool = createTicket(guard(jira, redact), store, { settleMs: 150, patienceMs: 100 })
})
afterEach(() => store[Symbol.asyncDispose]())

const incident = async () => (await store.incidents.find('I1')) as Incident // Opened above.
async function file(args: object = {}): Promise<CreateTicketResult & { error?: { code: string; message: string } }> {
  const asked = { person: PERSON, words: new Set(['ravi', 'k', 'min', 'nobody', 'kumar']), note: () => {} }
  const context = { incident: await incident(), limits: LIMITS, signal: new AbortController().signal, asked }
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
  ['min', 'assignee_ambiguous', /1\. Mina Patel or 2\. Minh Tran; nothing was created/],
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

const attempts = async () =>
  (await store.incidents.timeline((await incident()).id)).flatMap(({ event }) => (event.kind === 'ticket_attempt' ? [event.state] : []))
const said = async () => (await store.outbox.list(['pending'])).map(({ body }) => body)
const lost = () => new TrackerError('Jira gave no answer', { claim: 'uncertain', slow: false, retryAfterMs: undefined, code: 'x' })

test('a ticket whose answer was lost is found by its label, told to the person, and not created again', async () => {
  jira.behaviour.fails = { error: lost(), arrives: true }
  expect((await file({ assignee: 'Ravi' })).error?.code).toBe('ticket_in_doubt')
  expect((await file({ assignee: 'Ravi' })).error?.code).toBe('ticket_in_doubt')
  await vi.waitFor(async () => expect((await incident()).ticket?.key).toBe('OPS-1'))
  await vi.waitFor(async () =>
    expect(await said()).toEqual([expect.stringContaining('*I1* The ticket is there: *OPS-1*, assigned to Ravi Kumar.')]),
  )
  expect(await file({ assignee: 'Ravi' })).toMatchObject({ key: 'OPS-1', existing: true, assignee: 'Ravi Kumar' })
  expect(jira.issues).toHaveLength(1)
  expect(await attempts()).toEqual(['begun'])
})

test('a ticket that comes long after its request, and after a search without it, is one ticket', async () => {
  jira.behaviour.fails = { error: lost(), arrives: true, afterMs: 100 }
  expect((await file()).error?.code).toBe('ticket_in_doubt')
  await vi.waitFor(async () => expect((await incident()).ticket?.key).toBe('OPS-1'))
  expect(jira.issues).toHaveLength(1)
})

test('an attempt that a kill cut off is searched for, and not made again, by the next process', async () => {
  await store.incidents.append((await incident()).id, { kind: 'ticket_attempt', state: 'begun' })
  expect((await file()).error?.code).toBe('ticket_in_doubt')
  expect(jira.issues).toEqual([])
  await vi.waitFor(async () =>
    expect(await said()).toEqual([expect.stringMatching(/^\*I1\* There is no ticket: .* Write \*create ticket\* to try again\.$/)]),
  )
  expect(await attempts()).toEqual(['begun', 'unsettled'])
  expect(await file()).toMatchObject({ key: 'OPS-1', existing: false })
})

test('after a restart the ticket of an attempt that was cut off is looked for, and who asked is told', async () => {
  await store.inbox.receive({ vendorId: null, from: PERSON, body: 'create a ticket', incidentId: (await incident()).id })
  await store.incidents.append((await incident()).id, { kind: 'ticket_attempt', state: 'begun' })
  await tool.resume()
  await jira.create({ summary: 's', description: 'd', label: `oncall-lab-${(await incident()).id}`, priority: 'high', assignee: undefined })
  await vi.waitFor(async () => expect(await said()).toEqual([expect.stringContaining('*I1* The ticket is there: *OPS-1*')]))
  expect((await incident()).ticket?.key).toBe('OPS-1')
})

test('what the tracker refuses is said in its words, and can be asked for again at once', async () => {
  const refused = new TrackerError('Jira could not create an issue: priority: not on the screen', {
    claim: 'final',
    slow: false,
    retryAfterMs: undefined,
    code: 'x',
  })
  jira.behaviour.fails = { error: refused, arrives: false }
  expect((await file()).error?.message).toBe('Jira could not create an issue: priority: not on the screen')
  expect(await attempts()).toEqual(['begun', 'refused'])
  expect(await file()).toMatchObject({ key: 'OPS-1' })
})

test('a tracker that is slow and answers in the end has filed one ticket', async () => {
  const create = jira.create
  jira.create = async (ticket) => {
    await sleep(200)
    return create(ticket)
  }
  tool = createTicket(guard(jira, redact), store, { settleMs: 150, patienceMs: 50 })
  expect((await file()).error?.code).toBe('ticket_in_doubt')
  await vi.waitFor(async () => expect((await incident()).ticket?.key).toBe('OPS-1'))
  expect(jira.issues).toHaveLength(1)
})

test('while nobody can say whether there is a ticket, none is created', async () => {
  jira.findByLabel = async () => {
    throw new Error('search is down')
  }
  tool = createTicket(guard(jira, redact), store, { settleMs: 150, patienceMs: 100 })
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
