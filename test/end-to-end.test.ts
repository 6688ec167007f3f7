import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Incident, IncidentList, IncidentSummary, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { until } from '@oncall-lab/test-kit/until'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * The whole way by hand, with nothing but HTTP: lab up on ports of its own, scale, break, traffic, a real alert of real Prometheus and
 * Alertmanager, the page, a signed reply, one ticket, mend, resolved, lab down.
 */

const script = (path: string) => fileURLToPath(new URL(`../packages/${path}`, import.meta.url))
const run = promisify(execFile)

/** Numbers that stand nowhere else: whoever can see them can see the fault's configuration. */
const MARKS = { p_error: 0.91357, latency_ms: 13_579, cpu_ms: 4_813 }
/**
 * The faults' own vocabulary, which nothing else uses, and what their sessions at the database call themselves. (`max_connections` and `lock` are
 * PostgreSQL's words, and `errors` are everybody's.)
 */
const VOCABULARY =
  'faults?|p_error|latency_ms|cpu_ms|cpu_share|memory_mb|ttl(_seconds)?|remaining_seconds|oom_safe|memory_leak|pool_leak|slow_query|db_down|reporting'

/** What may well be 4813 by itself: a process id (in JSON, in JSON within JSON, in a sentence), and the value of a counter at the end of its line. */
const ACCIDENTS = [/(\bpid\b\\{0,3}"?[:= ]{1,3})\d{1,10}\b/g, /^([a-z_]{3,100}(?:\{[^\n]{0,500}\})? )\d{4,5}$/gm]

let offset: number
let traffic: ChildProcess | undefined

const at = (port: number, path = '') => `http://127.0.0.1:${port + offset}${path}`
const lab = (...args: string[]) =>
  run(process.execPath, [script('lab/src/main.ts'), ...args, '--port-offset', String(offset)]).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    // A child that ends with another status carries what it printed.
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, text: error.stdout + error.stderr }),
  )

async function get<T>(url: string, authorization?: string): Promise<T> {
  const reply = await fetch(url, authorization ? { headers: { authorization } } : {})
  if (!reply.ok) throw new Error(`GET ${url}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as T // Each caller names the documented shape.
}

async function post<T>(url: string, body: object): Promise<T> {
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`POST ${url}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as T
}

const basic = (user: string, secret: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
const JIRA_AUTH = basic(STAND_IN.jiraEmail, STAND_IN.jiraApiToken)

async function messagesToPhone(): Promise<string[]> {
  const path = `/twilio/2010-04-01/Accounts/${STAND_IN.twilioAccountSid}/Messages.json?To=${encodeURIComponent(STAND_IN.userWhatsappNumber)}`
  const { messages } = await get<{ messages: { body: string }[] }>(
    at(8089, path),
    basic(STAND_IN.twilioAccountSid, STAND_IN.twilioAuthToken),
  )
  return messages.map(({ body }) => body)
}

const incidents = async () => (await get<IncidentList>(at(8088, '/api/incidents'))).incidents
const findIncident = (what: string, fits: (incident: IncidentSummary) => boolean, seconds: number) =>
  until(what, async () => (await incidents()).find(fits), seconds)

const listens = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect({ host: '127.0.0.1', port: port + offset })
    socket.on('connect', () => done(true)).on('error', () => done(false))
    socket.on('connect', () => socket.destroy())
  })

describe('the lab, by hand', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    // Below the ports that systems hand out to clients. The lab says when one of its ports is taken, and starts nothing.
    for (const attempt of [1, 2, 3]) {
      offset = 11_000 + 10 * Math.floor(Math.random() * 1_000)
      const up = await lab('up', '--detach')
      if (attempt < 3 && /is taken/.test(up.text)) continue
      expect(up).toMatchObject({ code: 0, text: expect.stringContaining(String(8088 + offset)) })
      return
    }
  }, 180_000)

  afterAll(async () => {
    traffic?.kill('SIGKILL')
    await lab('down')
  }, 60_000)

  it('scales, breaks, pages, takes the reply, files exactly one ticket, and closes the incident', async () => {
    expect(await post(at(7070, '/scale'), { replicas: 3 })).toMatchObject({ ok: true, replicas: 3 })
    traffic = spawn(process.execPath, [script('traffic/src/main.ts'), '--url', at(9000), '--rps', '20', '--duration', '400'], {
      stdio: 'ignore',
    })
    await until(
      'three healthy targets',
      async () => {
        const { data } = await get<{ data: { result: { value: [number, string] }[] } }>(
          at(9090, `/api/v1/query?query=${encodeURIComponent('sum(up{job="inventory"})')}`),
        )
        return data.result[0]?.value[1] === '3'
      },
      30,
    )
    await post(at(7070, '/fault'), { mode: 'errors', ttl_seconds: 600, ...MARKS })

    const opened = await findIncident('an incident', ({ service }) => service === 'inventory', 60)
    const page = await until('a page', async () => (await messagesToPhone()).find((body) => body.includes(opened.ref)), 60)
    expect(page).toMatch(/cause/i)
    const diagnosed = await findIncident('a diagnosis', ({ id, diagnosis }) => id === opened.id && diagnosis !== null, 10)
    expect(diagnosed.alerts.map(({ alertname }) => alertname)).toContain('InventoryErrorBurst')
    const { diagnosis } = await get<Incident>(at(8088, `/api/incidents/${opened.ref}`))
    expect(diagnosis?.evidence.length).toBeGreaterThan(0)

    await post(at(8089, '/phone/messages'), { body: 'create Jira task and assign to Ravi' })
    const filed = await findIncident('a ticket', ({ id, ticket }) => id === opened.id && ticket !== null, 30)
    const [ravi] = await get<{ accountId: string }[]>(at(8089, '/jira/rest/api/3/user/assignable/search?project=OPS&query=Ravi'), JIRA_AUTH)
    const jql = encodeURIComponent('project = OPS ORDER BY created DESC')
    const found = await get<{ issues: { key: string; fields: { assignee: { accountId: string } } }[] }>(
      at(8089, `/jira/rest/api/3/search/jql?jql=${jql}&fields=assignee`),
      JIRA_AUTH,
    )
    expect(found.issues.map(({ key }) => key)).toEqual([filed.ticket?.key])
    expect(found.issues[0]?.fields.assignee.accountId).toBe(ravi?.accountId)
    await until(
      'the answer on the phone',
      async () => (await messagesToPhone()).find((body) => body.includes(filed.ticket?.url ?? '-')),
      20,
    )

    await post(at(7070, '/fault'), { mode: 'none' })
    const closed = await findIncident('the end of the incident', ({ id, status }) => id === opened.id && status === 'resolved', 120)
    expect(closed.resolved_at).not.toBeNull()
    expect(await incidents()).toHaveLength(1)
  })

  it('names the database, and no line of code, when that is gone; and is well again when it is back', async () => {
    const before = new Set((await incidents()).map(({ id }) => id))
    await post(at(7070, '/fault'), { mode: 'db_down', ttl_seconds: 90 })
    const diagnosed = await findIncident('a diagnosis', ({ id, diagnosis }) => !before.has(id) && diagnosis !== null, 60)
    expect(diagnosed.diagnosis).toMatchObject({
      component: 'database',
      root_cause: expect.stringMatching(/database of inventory is down/i),
    })
    expect((await get<Incident>(at(8088, `/api/incidents/${diagnosed.ref}`))).diagnosis?.affected_file).toBeUndefined()
    await post(at(7070, '/fault'), { mode: 'none' })
    await until('the end of every incident', async () => (await incidents()).every(({ status }) => status === 'resolved'), 120)
  })

  it('keeps the fault a secret: no function result, log, metric or message carries its configuration', async () => {
    const timelines = (await incidents()).map(({ id }) => get<IncidentWithTimeline>(at(8088, `/api/incidents/${id}`)))
    const seen = [
      ...(await Promise.all(timelines)).map((incident) => JSON.stringify(incident)),
      ...(await messagesToPhone()),
      await (await fetch(at(9000, '/logs/tail?seconds=600'))).text(),
      ...(await Promise.all([7070, 8001, 8002, 8003, 9000].map(async (port) => (await fetch(at(port, '/metrics'))).text()))),
      ...(await Promise.all([8001, 8002, 8003].map(async (port) => (await fetch(at(port, '/healthz'))).text()))),
      JSON.stringify(await get(at(7070, '/instances'))),
    ]
    expect(seen.join('').length).toBeGreaterThan(10_000)
    const marks = Object.values(MARKS).map((mark) => String(mark).replace('.', '\\.'))
    // So may the digits of a fraction.
    const telling = new RegExp(`.{0,60}(?:(?<![.\\d])\\b(?:${[VOCABULARY, ...marks].join('|')})\\b|inject|chaos).{0,40}`, 'i')
    for (const text of seen) expect(telling.exec(ACCIDENTS.reduce((rest, each) => rest.replace(each, '$1'), text))?.[0]).toBeUndefined()
  })

  it('says that it runs when it is started twice', async () => {
    const again = await lab('up', '--detach')
    expect(again.code).toBe(0)
    expect(again.text).toMatch(/already/)
    expect((await lab('status')).text).toContain('prometheus')
  })

  it('leaves no listening port behind', async () => {
    traffic?.kill('SIGKILL')
    if (traffic) await once(traffic, 'exit')
    const down = await lab('down')
    expect(down.code).toBe(0)
    for (const port of [7070, 8001, 8002, 8003, 8088, 8089, 8090, 9000, 9090, 9093])
      expect([port, await listens(port)]).toEqual([port, false])
    expect((await lab('status')).code).not.toBe(0)
  })
})
