import { until } from '@oncall-lab/test-kit/until'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DASHBOARDS } from '../../grafana/plans.ts'
import { launchBrowser } from './browser.ts'
import { examinePage, keepShot } from './examine-page.ts'
import { type OwnLab, startOwnLab } from './own-lab.ts'

// The whole story by clicking and typing alone, in a real Chromium on a lab of its own. The tests follow each other: each goes on where the one before ended.

let lab: OwnLab
let browser: Browser
let context: BrowserContext
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  lab = await startOwnLab(12_500)
  browser = await launchBrowser()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on(
    'console',
    (message) => message.type() === 'error' && /Content Security Policy/i.test(message.text()) && complaints.push(message.text()),
  )
})
afterAll(async () => {
  await browser?.close()
  await lab?.[Symbol.asyncDispose]()
})

const console_ = (path = '') => `${lab.url(8087)}${path}`

test('the first visit says what to press, and the picture shows customers reaching each instance', async () => {
  await page.goto(console_())
  await page.getByRole('button', { name: 'See the first incident' }).waitFor()
  await page
    .getByText(/requests\/s/)
    .first()
    .waitFor()
  await page.locator('.node.ok', { hasText: 'inventory' }).first().waitFor({ timeout: 60_000 })
  expect(await examinePage(page, 'live-first')).toEqual([])
})

test('customers are sent by the button, on a course that the generator offers, and sent home', async () => {
  await page.getByRole('button', { name: 'Send customers' }).click()
  await page.getByRole('radio', { name: /^constant / }).check()
  await page.getByLabel('requests per second').fill('20')
  expect(await examinePage(page, 'traffic')).toEqual([])
  await page.getByRole('button', { name: 'Send them: constant' }).click()
  await page.getByText('constant rps 20').waitFor()
  await page.getByRole('button', { name: 'Send them home' }).click()
  await page.getByRole('button', { name: 'Send them home' }).waitFor({ state: 'detached' })
})

test('a fault by the button: incident, diagnosis, a reply in the box, a ticket', async () => {
  await page.getByRole('button', { name: 'Break something' }).click()
  await page.getByRole('radio', { name: /^errors / }).check()
  // It lasts until it is cleared by the button.
  await page.getByLabel('seconds until it ends by itself').fill('900')
  expect(await examinePage(page, 'break')).toEqual([])
  await page.getByRole('button', { name: 'Break it: errors' }).click()
  await page.getByRole('button', { name: 'Clear the fault' }).waitFor()

  await page.getByRole('link', { name: /^I1 / }).first().click({ timeout: 90_000 })
  await page
    .getByText(/% sure$/)
    .first()
    .waitFor({ timeout: 90_000 })
  await page.getByLabel('Write to the agent').fill('create Jira task and assign to Ravi')
  await page.getByRole('button', { name: 'Send' }).click()
  await page
    .getByRole('link', { name: /^OPS-\d+$/ })
    .first()
    .waitFor({ timeout: 60_000 })
  expect(await examinePage(page, 'incident')).toEqual([])
})

test('a quote leads to the result that it comes from', async () => {
  await page
    .getByRole('link', { name: /^from / })
    .first()
    .click()
  await page.locator('details.call.pointed[open] mark').waitFor()
})

test("a second reader's doubt stands beside the diagnosis", async () => {
  const says = 'disagrees: lock_contention (0.93): a session waits'
  await page.route('**/agent/api/incidents/I1', async (route) => {
    const incident = (await (await route.fetch()).json()) as object
    await route.fulfill({ json: { ...incident, second_reading: { reader: 'rules-model', verdict: 'disagrees', says } } })
  })
  await page.reload()
  await page.locator('section[aria-labelledby=diagnosis]').getByText(`rules-model ${says}`).waitFor()
  expect(await examinePage(page, 'second-reader')).toEqual([])
  await page.unroute('**/agent/api/incidents/I1')
})

test('the phone shows the page and the ticket', async () => {
  await page.getByRole('link', { name: 'Phone and tickets' }).click()
  await page
    .getByText(/^OPS-\d+$/)
    .first()
    .waitFor()
  await page
    .getByText(/Created OPS-\d+/)
    .first()
    .waitFor()
  expect(await examinePage(page, 'people')).toEqual([])
})

test('a message written in one browser shows in another without a reload', async () => {
  const other = await (await browser.newContext()).newPage()
  await other.goto(console_('/incidents/I1'))
  await other.getByLabel('Write to the agent').waitFor()
  await page.goto(console_('/incidents/I1'))
  await page.getByLabel('Write to the agent').fill('why?')
  const begun = Date.now()
  await page.getByRole('button', { name: 'Send' }).click()
  const shows = async (each: Page) => {
    await each.locator('.message.mine', { hasText: 'why?' }).waitFor()
    return Date.now() - begun
  }
  const [here, there] = await Promise.all([shows(page), shows(other)])
  // No measurement: farther apart than this, one of them would have waited for a poll and not for the event.
  expect(Math.abs(here - there)).toBeLessThan(5_000)
  await other.context().close()
})

test('the fault is cleared by the button', async () => {
  await page.goto(console_())
  await page.getByRole('button', { name: 'Clear the fault' }).click()
  await page.getByRole('button', { name: 'Clear the fault' }).waitFor({ state: 'detached' })
})

test('what is connected stands on the page', async () => {
  await page.goto(console_('/settings'))
  await page.getByText('stand-in').first().waitFor()
  expect(await examinePage(page, 'settings')).toEqual([])
})

test('text of outsiders is shown as text, whatever it holds, and breaks no layout', async () => {
  const evil = `<img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script> \u001b[31mred \u202eevil ${'W'.repeat(5_000)} ${'word '.repeat(1_000)}`
  const alert = {
    status: 'firing',
    labels: { alertname: 'Odd<b>Name</b>', service: 'odd<i>service', severity: 'critical', note: evil },
    annotations: { summary: evil },
    startsAt: new Date().toISOString(),
  }
  const answer = await fetch(`${lab.url(8088)}/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts: [alert] }),
  })
  expect(answer.status).toBe(200)
  await page.goto(console_('/incidents'))
  await page.getByRole('link', { name: 'I2' }).click()
  await page
    .getByText(/% sure$/)
    .first()
    .waitFor({ timeout: 90_000 })
  expect(await examinePage(page, 'hostile')).toEqual([])
  expect(await page.title()).not.toContain('hacked')
  expect(await page.locator('main img, main script, main b, main i:not(.dot)').count()).toBe(0)
})

test('the incident has ended; the list is narrowed by the address, and says so when nothing fits', async () => {
  await page.goto(console_('/incidents/I1'))
  await page.locator('.badge.ok', { hasText: 'resolved' }).waitFor({ timeout: 120_000 })
  await page.goto(console_('/incidents?status=resolved'))
  await page.getByRole('link', { name: 'I1' }).waitFor()
  expect(await examinePage(page, 'incidents')).toEqual([])
  await page.getByLabel('Search in alerts, causes and references').fill('no such words')
  await page.getByText('No incident fits. Widen the search.').waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('no such words')
})

test('a question is answered and opens no incident', async () => {
  await page.getByRole('link', { name: 'Ask' }).click()
  await page.getByLabel('Ask the agent').fill('how many instances run?')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.locator('.badge.ok', { hasText: 'answered' }).waitFor({ timeout: 60_000 })
  expect(new URL(page.url()).pathname).toMatch(/^\/ask\/./)
  await page.locator('code', { hasText: 'list_instances' }).waitFor()
  expect(await examinePage(page, 'ask')).toEqual([])
})

test('a test alert and a test page, sent by the buttons, become incidents and reach the phone', async () => {
  await page.goto(console_('/settings'))
  await page.getByRole('button', { name: 'Send a test alert' }).click()
  await page.getByText(/^Sent: /).waitFor()
  await page.getByRole('button', { name: 'Send a test page' }).click()
  for (const what of ['alert', 'page']) {
    await page.goto(console_(`/incidents?service=oncall-lab-test-${what}`))
    await page.getByRole('link', { name: /^I\d+/ }).waitFor({ timeout: 90_000 })
  }
  await page.goto(console_('/people'))
  for (const service of ['oncall-lab-test-alert', 'oncall-lab-test-page'])
    await page.locator('.message', { hasText: service }).first().waitFor({ timeout: 60_000 })
})

test('a proposed action is approved by the button, runs, and is judged by the figures', async () => {
  await page.goto(console_())
  // Rules with long windows still remember the fault before; their incident would be taken for this one's.
  await page.getByText('No rule is pending or firing.').waitFor({ timeout: 180_000 })
  const earlier = await referencesOfIncidents()
  await page.getByRole('button', { name: 'Send customers' }).click()
  // Not so many that the diagnosis sees a surge beside the leak.
  await page.getByLabel('requests per second').fill('30')
  await page.getByRole('button', { name: 'Send them: constant' }).click()
  await page.getByRole('button', { name: 'Break something' }).click()
  await page.getByRole('radio', { name: /^pool_leak / }).check()
  await page.getByLabel('in which instance').selectOption({ index: 2 })
  await page.getByLabel('seconds until it ends by itself').fill('900')
  await page.getByRole('button', { name: 'Break it: pool_leak' }).click()
  const incident = await until(
    'the incident of the leak',
    async () => (await referencesOfIncidents()).find((ref) => !earlier.includes(ref)),
    120,
  )
  await page.getByRole('link', { name: new RegExp(`^${incident} inventory`) }).click()
  await page.getByRole('button', { name: /^Approve/ }).waitFor({ timeout: 60_000 })
  expect(await examinePage(page, 'proposed')).toEqual([])
  await page.getByRole('button', { name: /^Approve/ }).click()
  await page.locator('.badge.ok', { hasText: /^verified$/ }).waitFor({ timeout: 110_000 })
  expect(await examinePage(page, 'action')).toEqual([])
}, 420_000)

async function referencesOfIncidents(): Promise<string[]> {
  const answer = await fetch(`${console_()}/agent/api/incidents`)
  const { incidents } = (await answer.json()) as { incidents: { ref: string }[] } // The agent's list.
  return incidents.map(({ ref }) => ref)
}

// After the action: a deploy just before it would be a second suspect.
test('a release is deployed on one instance by the button, and the instance is drained and taken back', async () => {
  await page.goto(console_())
  const row = page.getByRole('row').filter({ hasText: lab.url(8001).replace('http://', '') })
  await row.getByText(/^r\d+/).waitFor()
  await page.getByRole('button', { name: 'Deploy a release' }).click()
  await page.getByRole('radio', { name: /^r3/ }).check()
  await page.getByLabel('on which instance').selectOption({ index: 1 })
  expect(await examinePage(page, 'deploy')).toEqual([])
  await page.getByRole('button', { name: 'Deploy r3' }).click()
  await row.getByText('r3').waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Deploy a release' }).click()
  await page.getByLabel('on which instance').selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Deploy r4' }).click()
  await row.getByText('r4').waitFor({ timeout: 60_000 })
  await row.getByRole('button', { name: /^Drain/ }).click()
  await row.getByText('drained').waitFor()
  await row.getByRole('button', { name: /^Take back/ }).click()
  await row.getByText('running').waitFor()
})

test.each(DASHBOARDS.flatMap(({ id, panels }) => panels.map((panel) => [id, panel.title, Object.values(panel.queries)] as const)))(
  'dashboard %s, %s: each query has data',
  async (_id, _title, queries) => {
    for (const query of queries) {
      const answer = await fetch(`${lab.url(9090)}/api/v1/query?query=${encodeURIComponent(query)}`)
      const { status, data } = (await answer.json()) as { status: string; data: { result: unknown[] } }
      expect({ query, status, series: data.result.length }).toMatchObject({
        status: 'success',
        series: expect.toSatisfy((count) => count > 0),
      })
    }
  },
)

test.each([
  ['on-call-agent', /does not answer|The agent is away/],
  ['prometheus', /cannot be (asked|reached)|does not answer/],
  ['process-manager', /cannot be (asked|reached)|is away/],
])('%s dies and comes back: the page says so, and recovers without a reload', async (part, words) => {
  await page.goto(console_())
  await page.locator('.node.ok', { hasText: 'Prometheus' }).waitFor({ timeout: 60_000 })
  await page.evaluate('window.sameDocument = true')
  // What comes back within a second is not away: it is killed until the page has seen it.
  await until(
    `the page to say that ${part} is away`,
    async () => {
      await lab
        .pidOf(part)
        .then((pid) => process.kill(pid, 'SIGKILL'))
        .catch(() => undefined)
      await page.waitForTimeout(500)
      return (await page.getByText(words).count()) > 0
    },
    60,
  )
  if (part === 'prometheus') await keepShot(page, 'away')
  await until('the page to recover', async () => (await page.getByText(words).count()) === 0 || undefined, 120)
  expect(await page.evaluate('window.sameDocument')).toBe(true)
})

test('nothing was refused by the policy, and no script failed', () => {
  expect(complaints).toEqual([])
})
