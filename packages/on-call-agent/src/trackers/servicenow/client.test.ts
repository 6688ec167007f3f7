import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect, test } from 'vitest'
import { startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { describeTracker, TICKET, thrownBy } from '../../../test-parts/tracker-contract.ts'
import { createServiceNowTracker } from './client.ts'

const connect = (url: string, password: string = KNOWN.serviceNowPassword) =>
  createServiceNowTracker({ url: `${url}/servicenow`, user: KNOWN.serviceNowUser, password, closeCode: 'Solution provided' }, 700)
const recordOf = async (url: string, number: string): Promise<Record<string, string>> => {
  const authorization = `Basic ${Buffer.from(`${KNOWN.serviceNowUser}:${KNOWN.serviceNowPassword}`).toString('base64')}`
  const query = `sysparm_query=number=${number}&sysparm_display_value=true`
  const answer = await fetch(`${url}/servicenow/api/now/table/incident?${query}`, {
    headers: { authorization, accept: 'application/json' },
  })
  return ((await answer.json()) as { result: Record<string, string>[] }).result[0] ?? {} // The Table API's form.
}

describeTracker({ name: 'ServiceNow', connect, firstKey: 'INC0010001', isCreate: ({ method }) => method === 'POST' })

test('a record is created with impact and urgency, noted, and resolved once with code and notes', async () => {
  await using standIns = await startStandIns()
  const tracker = connect(standIns.url)
  const created = await tracker.create(TICKET)
  expect(created.url).toContain('/servicenow/nav_to.do?uri=incident.do?sys_id=')
  expect(await recordOf(standIns.url, 'INC0010001')).toMatchObject({
    priority: '2 - High',
    impact: '1 - High',
    urgency: '2 - Medium',
    state: 'New',
  })
  await tracker.comment('INC0010001', 'Looks like the disk.')
  await tracker.close('INC0010001')
  await tracker.close('INC0010001')
  const record = await recordOf(standIns.url, 'INC0010001')
  expect(record).toMatchObject({
    state: 'Resolved',
    close_code: 'Solution provided',
    close_notes: expect.stringMatching(/\S/),
    sys_mod_count: '2',
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

test('a wrong password is said in words', async () => {
  await using standIns = await startStandIns()
  const error = await thrownBy(connect(standIns.url, 'wrong').create(TICKET))
  expect(String(error)).toContain('the user or the password is not accepted')
})

test("keys of ServiceNow are its own, and Jira's are not", () => {
  const { owns } = connect('http://127.0.0.1:9')
  expect(['INC0010001', 'OPS-1', 'INC-1', 'XINC0010001'].map(owns)).toEqual([true, false, false, false])
})
