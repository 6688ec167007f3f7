import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { describe, expect, test } from 'vitest'
import { deadAddress, startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { VENDOR_FAULTS } from '../../../test-parts/vendor-faults.ts'
import { TrackerError } from '../tracker-error.ts'
import { createServiceNowTracker } from './client.ts'

const connect = (url: string, password: string = KNOWN.serviceNowPassword) =>
  createServiceNowTracker({ url: `${url}/servicenow`, user: KNOWN.serviceNowUser, password, closeCode: 'Solution provided' }, 700)
const TICKET = {
  summary: 'nginx is down',
  description: 'See the incident.',
  label: 'oncall-lab-7',
  priority: 'high',
  assignee: undefined,
} as const

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )
const recordOf = async (url: string, number: string): Promise<Record<string, string>> => {
  const authorization = `Basic ${Buffer.from(`${KNOWN.serviceNowUser}:${KNOWN.serviceNowPassword}`).toString('base64')}`
  const query = `sysparm_query=number=${number}&sysparm_display_value=true`
  const answer = await fetch(`${url}/servicenow/api/now/table/incident?${query}`, {
    headers: { authorization, accept: 'application/json' },
  })
  return ((await answer.json()) as { result: Record<string, string>[] }).result[0] ?? {} // The Table API's form.
}

describe('ServiceNow: a failed create', () => {
  test.each(VENDOR_FAULTS)('$name is $claim', async ({ fault, claim, happened, retryAfterMs }) => {
    await using standIns = await startStandIns()
    await using proxy = await startFaultProxy(standIns.url)
    if (fault !== 'refused') proxy.behaviour.fault = ({ method }) => (method === 'POST' ? fault : { kind: 'passes' })
    const tracker = connect(fault === 'refused' ? await deadAddress() : proxy.url)
    const error = await thrownBy(tracker.create(TICKET))
    expect(error).toBeInstanceOf(TrackerError)
    expect(error).toMatchObject({ claim, retryAfterMs, retryable: claim !== 'final' })
    expect((error as TrackerError).message).not.toMatch(/[{}<>]/)
    if (fault === 'refused') return
    expect(proxy.posts()).toBe(happened ? 1 : 0)
    expect((await tracker.findByLabel(TICKET.label))?.key).toBe(happened ? 'INC0010001' : undefined)
  })
})

test('a record is created with impact and urgency, found by its label, assigned, noted, and resolved once with code and notes', async () => {
  await using standIns = await startStandIns()
  const tracker = connect(standIns.url)
  expect(await tracker.findByLabel(TICKET.label)).toBeUndefined()
  const created = await tracker.create(TICKET)
  expect(created).toMatchObject({
    key: 'INC0010001',
    assignee: null,
    url: expect.stringContaining('/servicenow/nav_to.do?uri=incident.do?sys_id='),
  })
  expect(await recordOf(standIns.url, 'INC0010001')).toMatchObject({
    priority: '2 - High',
    impact: '1 - High',
    urgency: '2 - Medium',
    state: 'New',
  })
  const [ravi] = await tracker.assignable('Ravi')
  if (!ravi) throw new Error('The stand-in knows no Ravi')
  await tracker.assign('INC0010001', ravi)
  expect(await tracker.findByLabel(TICKET.label)).toEqual({ ...created, assignee: 'Ravi Kumar' })
  await tracker.comment('INC0010001', 'Looks like the disk.')
  await tracker.close('INC0010001')
  await tracker.close('INC0010001')
  const record = await recordOf(standIns.url, 'INC0010001')
  expect(record).toMatchObject({
    state: 'Resolved',
    close_code: 'Solution provided',
    close_notes: expect.stringMatching(/\S/),
    sys_mod_count: '3',
  })
  expect(record.work_notes).toContain('Looks like the disk.')
})

test('of all rows that an ignored query returns none is taken for ours', async () => {
  await using standIns = await startStandIns()
  await using proxy = await startFaultProxy(standIns.url)
  const tracker = connect(proxy.url)
  await tracker.create({ ...TICKET, label: 'of-another' })
  const row = { sys_id: { value: 'a'.repeat(32), display_value: '' }, correlation_id: { value: 'of-another', display_value: '' } }
  proxy.behaviour.fault = () => ({ kind: 'answers', status: 200, body: JSON.stringify({ result: [row] }) })
  expect(await tracker.findByLabel(TICKET.label)).toBeUndefined()
  expect(await thrownBy(tracker.comment('INC0010009', 'x'))).toMatchObject({ code: 'upstream_status' })
})

test.each(['a^ORactive=true', 'javascript:gs.getUserID()', 'JavaScript:x', 'a\nb', ''])(
  'the value %j is refused before anything is asked',
  async (value) => {
    await using standIns = await startStandIns()
    await using proxy = await startFaultProxy(standIns.url)
    const tracker = connect(proxy.url)
    expect(await thrownBy(tracker.findByLabel(value))).toMatchObject({ code: 'value_refused', claim: 'final' })
    if (value !== '') expect(await thrownBy(tracker.assignable(value))).toMatchObject({ code: 'value_refused' })
    expect(proxy.forwarded).toEqual([])
  },
)

test.each(['findByLabel', 'assignable'] as const)('an unreadable answer to %s is an error, never "nothing there"', async (method) => {
  await using standIns = await startStandIns()
  await using proxy = await startFaultProxy(standIns.url)
  for (const body of ['<html>', '{}', 'null']) {
    proxy.behaviour.fault = () => ({ kind: 'answers', status: 200, body })
    expect(await thrownBy(connect(proxy.url)[method]('x'))).toBeInstanceOf(TrackerError)
  }
})

test('a wrong password is said in words, and can pass', async () => {
  await using standIns = await startStandIns()
  const error = await thrownBy(connect(standIns.url, 'wrong').create(TICKET))
  expect(error).toMatchObject({ claim: 'retryable', slow: true, upstreamStatus: 401 })
  expect(String(error)).toContain('the user or the password is not accepted')
})

test("keys of ServiceNow are its own, and Jira's are not", () => {
  const { owns } = connect('http://127.0.0.1:9')
  expect(['INC0010001', 'OPS-1', 'INC-1', 'XINC0010001'].map(owns)).toEqual([true, false, false, false])
})
