import { setTimeout as sleep } from 'node:timers/promises'
import { guard } from '@oncall-lab/service-kit/guard'
import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import type { Incident } from '../../src/api.ts'
import { createTwilioMessenger } from '../../src/channels/whatsapp/client.ts'
import { referenceOf } from '../../src/delivery/reference.ts'
import { callTool } from '../../src/functions/call-tool.ts'
import { LIMITS } from '../../src/functions/limits.ts'
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { createTicket } from '../../src/trackers/create-ticket.ts'
import { createJiraClient } from '../../src/trackers/jira/client.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { call } from '../../test-parts/scripted-model.ts'
import { deliver, LONGER_MS, SETTLE_MS, type Seen, seenBy, TIMEOUT_MS, until } from './deliver.ts'
import { MAIL_FAULTS, throughMail } from './mail.ts'
import { throughWebhook, WEBHOOK_FAULTS } from './webhook.ts'

/**
 * Each fault of a vendor strikes the first attempt of 100 sends: `pnpm --filter @oncall-lab/on-call-agent run vendor-fault-trial [sends] [vendor...]`. Ends
 * with 1 when a message or a ticket is lost, or is there twice.
 */
const SENDS = Number(process.argv[2] ?? 100)

interface Fault {
  name: string
  fault: object
  /** Not only the first attempts. */
  seconds?: number
}

const OF_BOTH: Fault[] = [
  { name: '429, Retry-After 1 s', fault: { kind: 'status', status: 429, retry_after: 1 } },
  { name: '503, Retry-After 1 s', fault: { kind: 'status', status: 503, retry_after: 1 } },
  { name: '500', fault: { kind: 'status', status: 500 } },
  { name: 'connection lost before it', fault: { kind: 'lost_request' } },
  { name: 'answer lost', fault: { kind: 'lost_answer' } },
  { name: 'answer late', fault: { kind: 'delay', delay_ms: LONGER_MS, when: 'after' } },
  { name: 'done late', fault: { kind: 'delay', delay_ms: LONGER_MS, when: 'before' } },
  { name: 'answer in trickles', fault: { kind: 'trickle', over_ms: LONGER_MS } },
]
const OF_TWILIO: Fault[] = [
  { name: '401', fault: { kind: 'status', status: 401 } },
  { name: 'window closed', fault: { kind: 'window_closed' }, seconds: 600 },
  { name: 'no callbacks', fault: { kind: 'callbacks_lost' }, seconds: 600 },
]
const OF_JIRA: Fault[] = [{ name: 'search lags 1 s, answer lost', fault: { kind: 'lost_answer' } }]

async function breaks(url: string, vendor: string, path: string, { fault, seconds }: Fault): Promise<void> {
  const bound = seconds === undefined ? { count: SENDS, method: 'POST', path } : { seconds }
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ vendor, ...bound, fault }) }
  const answer = await fetch(`${url}/stand-ins/fault`, init)
  if (!answer.ok) throw new Error(await answer.text())
}

/** Messages to as many people, so that one does not wait for the other. */
async function throughTwilio(fault: Fault): Promise<Seen> {
  await using standIns = await startStandIns()
  const messenger = createTwilioMessenger({
    baseUrl: `${standIns.url}/twilio`,
    accountSid: KNOWN.twilioAccountSid,
    authToken: KNOWN.twilioAuthToken,
    from: KNOWN.twilioWhatsappNumber,
    pageTemplate: KNOWN.twilioPageTemplate,
    timeoutMs: TIMEOUT_MS,
  })
  const people = Array.from({ length: SENDS }, (_, n) => `whatsapp:+1555020${String(n).padStart(4, '0')}`)
  await breaks(standIns.url, 'twilio', '*/Messages.json', fault)
  const wrote = fault.name === 'window closed'
  const { arrived, unsettled } = await deliver({ messenger, people, wrote, arrives: 'delivered', what: `Twilio, ${fault.name}` })
  const found = await listOf(standIns.url)
  // What WhatsApp itself dropped is not on the phone.
  const onPhone = (reference: string) =>
    found.filter(({ body, status }) => body.includes(`·${reference}`) && status !== 'undelivered').length
  const counts = arrived.map((message) => onPhone(referenceOf(message)))
  return seenBy([...counts, ...Array<number>(unsettled).fill(0)], { unsettled })
}

async function listOf(url: string): Promise<{ body: string; status: string }[]> {
  const authorization = `Basic ${btoa(`${KNOWN.twilioAccountSid}:${KNOWN.twilioAuthToken}`)}`
  const path = `/twilio/2010-04-01/Accounts/${KNOWN.twilioAccountSid}/Messages.json?PageSize=1000`
  const answer = await fetch(`${url}${path}`, { headers: { authorization } })
  return ((await answer.json()) as { messages: { body: string; status: string }[] }).messages
}

/** A ticket for each of as many incidents; the person asks again until there is one. */
async function throughJira(fault: Fault): Promise<Seen> {
  await using standIns = await startStandIns()
  await using store = createSqliteStore(':memory:')
  const client = createJiraClient({
    url: `${standIns.url}/jira`,
    email: KNOWN.jiraEmail,
    apiToken: KNOWN.jiraApiToken,
    projectKey: KNOWN.jiraProjectKey,
  })
  const tool = createTicket(
    guard({ id: 'jira', owns: () => true, ...client }, (text) => text),
    store,
    { settleMs: SETTLE_MS, patienceMs: TIMEOUT_MS },
  )
  await store.alerts.apply(Array.from({ length: SENDS }, (_, n) => receivedAlert({ service: `s${n}`, fingerprint: `f${n}` })))
  await breaks(standIns.url, 'jira', '/rest/api/3/issue', fault)
  if (fault.name.startsWith('search lags'))
    await breaks(standIns.url, 'jira', '', { name: 'lag', fault: { kind: 'search_lag', lag_ms: 1_000 }, seconds: 600 })
  const wishes = { asked: 0 }
  const file = async (incident: Incident) => {
    const asked = { person: 'whatsapp:+15550100001', words: new Set<string>(), note: () => {} }
    const context = { incident, limits: LIMITS, signal: new AbortController().signal, asked }
    wishes.asked += 1
    await callTool([tool], call('c', 'create_jira_ticket', { summary: 's', description: 'd' }), context)
  }
  const open = async () => (await store.incidents.list(SENDS)).filter(({ ticket }) => ticket === null)
  await until(`Jira, ${fault.name}`, async () => {
    const waiting = await open()
    for (let at = 0; at < waiting.length; at += 10) await Promise.all(waiting.slice(at, at + 10).map(file))
    if (waiting.length > 0) await sleep(500)
    return waiting.length === 0
  })
  const lost = (await open()).length
  await sleep(SETTLE_MS)
  const { issues } = (await (await fetch(`${standIns.url}/phone/messages`)).json()) as { issues: object[] }
  return { sends: SENDS, there: issues.length, lost, twice: issues.length - (SENDS - lost), wishes: wishes.asked }
}

const VENDORS: Record<string, { faults: { name: string }[]; through: (fault: never) => Promise<Seen> }> = {
  Twilio: { faults: [...OF_BOTH, ...OF_TWILIO], through: throughTwilio },
  Jira: { faults: [...OF_BOTH, ...OF_JIRA], through: throughJira },
  mail: { faults: MAIL_FAULTS, through: (fault) => throughMail(SENDS, fault) },
  webhook: { faults: WEBHOOK_FAULTS, through: (fault) => throughWebhook(SENDS, fault) },
}
const wanted = process.argv.slice(3)
for (const [vendor, { faults, through }] of Object.entries(VENDORS)) {
  for (const fault of wanted.length === 0 || wanted.includes(vendor) ? faults : []) {
    const seen = await through(fault as never) // Each vendor is given its own.
    console.log(JSON.stringify({ vendor, fault: fault.name, ...seen }))
    const isFelt = seen.struck === undefined || seen.struck >= SENDS
    if (seen.lost + seen.twice > 0 || !isFelt) process.exitCode = 1
  }
}
process.exit()
