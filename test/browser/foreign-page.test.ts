import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { until } from '@oncall-lab/test-kit/until'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWriting, type Route, readRoutes } from './route-table.ts'

/** A page of another origin, in a real browser, tries every route of every process of a running lab. Nothing may change. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium'
const offset = 11_000 + 10 * Math.floor(Math.random() * 500)
const at = (port: number, path = '') => `http://127.0.0.1:${port + offset}${path}`
const lab = (...args: string[]) =>
  promisify(execFile)(`${root}lab`, [...args, '--port-offset', String(offset)], { env: { ...process.env, LOG_LEVEL: 'debug' } })

const TWILIO = `/twilio/2010-04-01/Accounts/${STAND_IN.twilioAccountSid}`
const basic = (user: string, secret: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
const ALERT = '[{"labels":{"alertname":"Planted","service":"planted","severity":"critical"}}]'
const WHATSAPP = new URLSearchParams({ From: STAND_IN.twilioWhatsappNumber, To: STAND_IN.userWhatsappNumber, Body: 'planted' })

/** What each route would take, by the end of its path; a route that is not here gets an empty object. */
const BODIES: [RegExp, string][] = [
  [/\/scale$/, '{"replicas":4}'],
  [/\/(stop|drain|start)$/, '{}'],
  [/\/fault$/, '{"mode":"errors","p_error":0.9}'],
  [/\/traffic$/, '{"profile":"constant","rps":1}'],
  [/\/faults$/, '{"mode":"errors","p_error":0.9}'],
  [/\/items\/\w+$/, '{"name":"planted","price":1,"quantity":1}'],
  [/\/reservations$/, '{"quantity":1}'],
  [/\/api\/v2\/alerts$/, ALERT],
  [
    /\/api\/v2\/silences$/,
    `{"matchers":[{"name":"a","value":".*","isRegex":true}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2036-01-01T00:00:00Z","createdBy":"planted","comment":"planted"}`,
  ],
  [
    /\/alerts$/,
    '{"version":"4","groupKey":"g","status":"firing","receiver":"r","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"","alerts":[{"status":"firing","labels":{"alertname":"Planted","service":"planted"},"annotations":{},"startsAt":"2026-01-01T00:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"planted"}]}',
  ],
  [/\/human\/decision$/, '{"decision":"planted"}'],
  [/\/messages$/i, '{"body":"planted"}'],
  [/Messages\.json$/, String(WHATSAPP)],
  [/\/issue$/, '{"fields":{"project":{"key":"OPS"},"issuetype":{"name":"Task"},"summary":"planted"}}'],
  [/\/incidents$/, '{"source":"planted","external_id":"1","title":"planted","description":"planted","severity":"critical"}'],
]
const bodyOf = ({ url }: Route) => BODIES.find(([end]) => end.test(url))?.[1] ?? '{}'

async function read(url: string, authorization?: string): Promise<string> {
  const reply = await fetch(url, authorization ? { headers: { authorization } } : {})
  return `${reply.status} ${await reply.text()}`
}

/** Everything that a writing route could change, without what changes by itself: `reserved` counts a day back, and a reservation takes from `quantity`, too. */
async function readState(): Promise<Record<string, string>> {
  const instances = await read(at(7070, '/instances'))
  return {
    instances: [...instances.matchAll(/"(port|pid|state|restarts)":("?\w+"?)/g)].map(([whole]) => whole).join(' '),
    faults: await read(at(7070, '/fault')),
    traffic: await read(at(7070, '/traffic')),
    items: createHash('sha256')
      .update((await read(at(9000, '/items?limit=1000'))).replace(/,"reserved":\d+/g, ''))
      .digest('hex'),
    incidents: await read(at(8088, '/api/incidents')),
    incident: await read(at(8088, '/api/incidents/I1')),
    messages: await read(at(8089, `${TWILIO}/Messages.json?PageSize=100`), basic(STAND_IN.twilioAccountSid, STAND_IN.twilioAuthToken)),
    issues: await read(
      at(8089, '/jira/rest/api/3/search/jql?jql=project%20%3D%20OPS&fields=*all'),
      basic(STAND_IN.jiraEmail, STAND_IN.jiraApiToken),
    ),
    alerts: (await read(at(9093, '/api/v2/alerts'))).includes('lanted') ? 'planted' : 'none planted',
    silences: await read(at(9093, '/api/v2/silences')),
    'alertmanager reloads': (await read(at(9093, '/metrics'))).match(/config_last_reload_success_timestamp_seconds (\d\S+)/)?.[1] ?? '',
    'prometheus reloads': (await read(at(9090, '/metrics'))).match(/config_last_reload_success_timestamp_seconds (\d\S+)/)?.[1] ?? '',
  }
}

/** A page of nobody's, and a service that takes everything, which shows that what the page tries does leave it. */
function servePages() {
  const taken: { method: string | undefined; type: string | undefined }[] = []
  const server = createServer((request, reply) => {
    reply.setHeader('access-control-allow-origin', '*')
    if (request.url?.startsWith('/takes-all')) {
      request.resume()
      reply.setHeader('access-control-allow-headers', '*').setHeader('access-control-allow-methods', '*')
      if (request.method !== 'OPTIONS') taken.push({ method: request.method, type: request.headers['content-type']?.split(';')[0] })
      reply.end('{}')
    } else reply.setHeader('content-type', 'text/html').end('<!doctype html><title>A page of another origin</title><body>')
  })
  return { server, taken }
}

const { server, taken } = servePages()
let browser: Browser
/** Answers below 400 to writing requests of the page, as the browser saw them on the wire. */
const accepted: string[] = []
let routes: Route[] = []

if (!existsSync(CHROMIUM))
  process.stdout.write(`The browser test was left out: there is no ${CHROMIUM} (apt-get install chromium, or set CHROMIUM).\n`)

describe.skipIf(!existsSync(CHROMIUM))('a page of another origin', { timeout: 600_000 }, () => {
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, done))
    await lab('up', '--detach', '--traffic', '0')
    const headers = { 'content-type': 'application/json' }
    await fetch(at(9093, '/api/v2/alerts'), {
      method: 'POST',
      headers,
      body: '[{"labels":{"alertname":"Real","service":"real","severity":"critical"}}]',
    })
    await until(
      'an incident with its page',
      async () => /"status":"(diagnosed|inconclusive|suspected)"/.test(await read(at(8088, '/api/incidents'))),
      90,
    )
    routes = readRoutes(`${root}.lab/${offset}/logs`, offset, { id: 'I1', silence: 'none' })
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    server.close()
    await lab('down').catch(() => undefined)
  }, 60_000)

  const attack = (page: Page, attempt: { method: string; url: string; body: string }) =>
    page.evaluate(`attackFromPage(${JSON.stringify(attempt)})`)

  /** `localhost` is another site than 127.0.0.1, another port the same site and another origin. */
  async function openPage(host: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    page.on('response', (response) => {
      const method = response.request().method()
      if (!['GET', 'HEAD', 'OPTIONS'].includes(method) && response.status() < 400 && !response.url().includes('/takes-all'))
        accepted.push(`${response.status()} ${method} ${response.url()}`)
    })
    await page.addInitScript({ path: fileURLToPath(new URL('attack.js', import.meta.url)) })
    await page.goto(`http://${host}:${(server.address() as AddressInfo).port}/`) // A TCP server's address is no string.
    return page
  }

  it('does send what it tries, to whoever takes it', async () => {
    const page = await openPage('127.0.0.1')
    await attack(page, {
      method: 'POST',
      url: `http://localhost:${(server.address() as AddressInfo).port}/takes-all`,
      body: '{}',
    })
    const types = new Set(taken.map(({ type }) => type))
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json', undefined])
      expect(types).toContain(type)
    expect(taken.length).toBeGreaterThan(15)
  })

  it.each(['127.0.0.1', 'localhost'])('changes nothing from %s, by whatever route, method and content type', async (host) => {
    const attempts = routes.filter(isWriting)
    expect(new Set(attempts.map(({ of }) => of)).size).toBeGreaterThan(8)
    const before = await readState()
    const page = await openPage(host)
    for (const route of attempts) await attack(page, { method: route.method, url: route.url, body: bodyOf(route) })
    process.stdout.write(`${host}: ${attempts.length} writing routes tried, ${accepted.length} requests accepted\n`)
    expect(accepted).toEqual([])
    expect(await readState()).toEqual(before)
  })

  it('changes nothing by what it loads, frames and navigates to', async () => {
    const before = await readState()
    const page = await openPage('localhost')
    const read = [...new Set(routes.filter((route) => route.method === 'GET').map(({ url }) => url))].filter((url) => !url.includes('*'))
    for (let index = 0; index < read.length; index += 8)
      await page.evaluate(`loadFromPage(${JSON.stringify(read.slice(index, index + 8))})`)
    // The stand-ins' credentials are public, and a form may carry them in its address.
    const withCredentials = at(8089, `${TWILIO}/Messages.json`).replace('//', `//${STAND_IN.twilioAccountSid}:${STAND_IN.twilioAuthToken}@`)
    for (const url of [withCredentials, at(7070, '/rolling-restart'), at(7070, '/start'), at(9093, '/-/reload')]) {
      const fields = [...WHATSAPP].map(([name, value]) => `<input name="${name}" value="${value}">`).join('')
      const another = await openPage('localhost')
      await another.setContent(`<form method=post action="${url}">${fields}</form>`)
      await another.evaluate("document.querySelector('form').submit()")
      await another.waitForLoadState('load').catch(() => undefined)
      await another.waitForTimeout(300)
      await another.close()
    }
    expect(accepted).toEqual([])
    expect(await readState()).toEqual(before)
  })
})
