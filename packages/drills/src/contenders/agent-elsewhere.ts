import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Value } from 'typebox/value'
import { request } from 'undici'
import type { HeldAlert, World } from '../lab/world.ts'
import type { Citation } from '../record.ts'
import { Report } from '../report.ts'
import { givesAgain, roundingOf, type SaidValue } from './ask-again.ts'
import { awaitPage, NO_USAGE } from './await-page.ts'
import { type Answer, type Call, type Contender, NoAnswer } from './contender.ts'

const LARGEST_REPORT = 256 * 1_024
/** How long such an agent may go on acting after its report. */
const ACTS_WITHIN_MS = 20_000
const QUIET_MS = 6_000
const SERIES = 30

/**
 * An agent of another kind: Alertmanager's webhook message is posted to its address, with the header `Report-To`; it posts its report there (docs/drills.md). It may
 * look by MCP at the gateway, and act at the process manager as the on-call agent does.
 */
export function agentElsewhere(url: string): Contender {
  return {
    name: 'elsewhere',
    model: async () => new URL(url).host,
    async answer(call) {
      const alerts = await awaitPage(call)
      const pagedAt = Date.now()
      await using desk = await openDesk()
      await deliver(url, desk.url, call.world, alerts)
      const report = await Promise.race([desk.report, untilTime(call)])
      return asAnswer(call, report, pagedAt)
    },
  }
}

function asAnswer({ world, since, signal }: Call, report: Report, pagedAt: number): Promise<Answer> {
  const answeredAt = Date.now()
  return lookUp(world, report, answeredAt).then((citations) => ({
    report,
    pagedAt,
    answeredAt,
    citations,
    usage: NO_USAGE,
    read: '',
    async followUp(wish) {
      if (wish === 'ticket') return { actions: [], ticket: await untilTicket(world) }
      return { actions: await untilQuiet(world, since, signal), ticket: null }
    },
  }))
}

/** Alertmanager's webhook message, version 4. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
async function deliver(url: string, reportTo: string, { lab }: World, alerts: HeldAlert[]): Promise<void> {
  const [first] = alerts
  const message = {
    version: '4',
    groupKey: `{}:{alertname="${first?.labels.alertname}"}`,
    status: 'firing',
    receiver: 'on-call-agent',
    groupLabels: { alertname: first?.labels.alertname },
    commonLabels: first?.labels ?? {},
    commonAnnotations: first?.annotations ?? {},
    externalURL: lab.book.url('alertmanager'),
    alerts: alerts.map(({ labels, annotations, startsAt, fingerprint, generatorURL = '' }) => ({
      status: 'firing',
      labels,
      annotations,
      startsAt,
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL,
      fingerprint,
    })),
  }
  const headers = { 'content-type': 'application/json', 'report-to': reportTo }
  const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(message), signal: AbortSignal.timeout(10_000) }).catch(
    (error: unknown) => {
      throw new NoAnswer('provider_error', `${url} does not answer: ${error instanceof Error ? error.message : error}`)
    },
  )
  await answer.body.dump()
  if (answer.statusCode >= 300) throw new NoAnswer('provider_error', `${url} answered the alert with ${answer.statusCode}`)
}

/** Where one report is taken: `POST`, once. */
async function openDesk(): Promise<AsyncDisposable & { url: string; report: Promise<Report> }> {
  const { promise, resolve } = Promise.withResolvers<Report>()
  const server: Server = createServer((incoming, outgoing) => {
    const end = (status: number, says: string) =>
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ says }))
    if (incoming.method !== 'POST') return end(405, 'post a report here')
    return void readBody(incoming).then(
      (body) => {
        if (!Value.Check(Report, body)) {
          const [first] = Value.Errors(Report, body)
          return end(422, `${first?.instancePath || 'the report'} ${first?.message}`)
        }
        resolve(body)
        return end(202, 'taken')
      },
      (error: unknown) => end(400, String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return {
    url: `http://127.0.0.1:${port}/report`,
    report: promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of incoming) {
    bytes += part.length
    if (bytes > LARGEST_REPORT) throw new Error('a report has at most 256 KiB')
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

async function untilTime({ deadline, signal }: Call): Promise<never> {
  await setTimeout(Math.max(0, deadline - Date.now()), undefined, { signal })
  throw new NoAnswer('no_answer', 'it sent no report in time')
}

/** A query has to give its value again; a quote alone cannot be looked up here, and does not stand. */
function lookUp({ prometheus }: World, { evidence }: Report, now: number): Promise<Citation[]> {
  return Promise.all(
    evidence.map(async ({ query, value, at, quote }) => {
      const says = query === undefined ? (quote ?? '') : `${query}: ${value}`
      if (query === undefined || value === undefined) return { says, stands: false }
      const time = (at === undefined ? now : Date.parse(at)) / 1_000
      return { says, stands: await comesAgain(prometheus, { query, at: time, value, rounding: roundingOf(value) }).catch(() => false) }
    }),
  )
}

/** A report does not say which of the series it means: any of the first ones will do. */
async function comesAgain(prometheus: World['prometheus'], said: SaidValue): Promise<boolean> {
  const pace = await prometheus.pace(said.at)
  const series = (await prometheus.query(said.query, said.at)).slice(0, SERIES)
  const of = (index: number) => async (query: string, at: number) => (await prometheus.query(query, at))[index]?.points[0]?.[1]
  const looks = series.map((_, index) => givesAgain({ value: of(index), number: of(0) }, said, pace))
  return (await Promise.all(looks)).some(Boolean)
}

/** What the fleet says that the agent has done, once nothing more comes. */
async function untilQuiet(world: World, since: number, signal: AbortSignal) {
  const deadline = Date.now() + ACTS_WITHIN_MS
  let known = -1
  let changedAt = Date.now()
  for (;;) {
    const own = (await world.events(since)).filter(({ by }) => by.includes('the on-call agent'))
    if (own.length !== known) changedAt = Date.now()
    known = own.length
    if (Date.now() - changedAt > QUIET_MS || Date.now() > deadline)
      return (
        own
          // A deploy stops instances as well; that is no restart.
          .filter(({ type, by }) => type in ACTIONS && (type !== 'stopping' || /POST \/(restart|rolling-restart|stop)\b/.test(by)))
          .map(({ type, at, release, to, port }) => ({
            action: ACTIONS[type] ?? type,
            arguments: { release, to, port },
            status: 'ran',
            atMs: Date.parse(at),
          }))
      )
    await setTimeout(500, undefined, { signal })
  }
}

const ACTIONS: Record<string, string> = {
  scaled: 'scale_service',
  deploy_started: 'deploy_release',
  setting_changed: 'change_setting',
  drained: 'drain_instance',
  stopping: 'restart_instance',
}

/** Such an agent files by itself: the newest incident with a ticket. */
async function untilTicket(world: World): Promise<string | null> {
  await setTimeout(QUIET_MS)
  return (await world.incidents()).find(({ ticket }) => ticket !== null)?.ticket?.key ?? null
}
