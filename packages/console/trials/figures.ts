// What the page costs and how soon it shows things, in a real browser: figures for docs/console.md. See `USAGE`.
import { setTimeout as delay } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { fillAgent } from './thousand-incidents.ts'

const USAGE = `usage: figures-trial <address of the console> [part ...]
parts: paint (first contentful paint, cold), rest (main thread and requests at 50 requests a second), two (two browsers),
thousand (1,000 incidents: list, filter, search; starts an agent and a console of its own), memory=<minutes>`

const PAINTS = 5
const REST_SECONDS = 60
const MESSAGES = 10
const SENT_RPS = 42

const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
  })

const post = async (url: string, body: object = {}) => {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return answer.json() as Promise<Record<string, unknown>> // A trial looks at what it needs.
}

const sorted = (values: number[]) => values.toSorted((a, b) => a - b)
const middle = (values: number[]) => sorted(values)[Math.floor(values.length / 2)] ?? 0
const spread = (values: number[]) => `median ${middle(values).toFixed(0)} ms, most ${Math.max(...values).toFixed(0)} ms`

/** A browser process of its own each time, so that nothing is cached or compiled. */
async function paint(base: string): Promise<void> {
  const paints: number[] = []
  for (let i = 0; i < PAINTS; i++) {
    const browser = await launch()
    const page = await browser.newPage()
    await page.goto(base)
    await page.getByRole('heading', { name: 'Live' }).waitFor()
    paints.push(Number(await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")))
    await browser.close()
  }
  console.log(`first contentful paint, cold, ${PAINTS} browsers: ${spread(paints)}`)
}

/** The live view beside 50 requests a second: the lab's own customers and ours. */
async function rest(base: string, browser: Browser): Promise<void> {
  await post(`${base}/fleet/traffic`, { profile: 'constant', rps: SENT_RPS, duration_seconds: REST_SECONDS + 60 })
  const page = await browser.newPage()
  let requests = 0
  page.on('request', () => requests++)
  await page.goto(base)
  await delay(15_000)
  const busyMs = await busyOf(page)
  const begin = await busyMs()
  requests = 0
  await delay(REST_SECONDS * 1_000)
  const used = (await busyMs()) - begin
  const shown = await page.locator('.node', { hasText: 'Customers' }).textContent()
  console.log(`main thread over ${REST_SECONDS} s (${shown}), CPU time: ${((100 * used) / REST_SECONDS / 1_000).toFixed(2)} %`)
  console.log(`requests of the page: ${(requests / REST_SECONDS).toFixed(2)} a second`)
  await post(`${base}/fleet/traffic`, { profile: 'none' })
  await page.close()
}

/** Milliseconds of CPU time of tasks on the page's main thread so far: what others do on the machine does not count. */
async function busyOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000
  }
}

/** How long after an event each of two browsers shows it. */
async function two(base: string, browser: Browser): Promise<void> {
  const opened = await post(`${base}/agent/api/incidents`, {
    source: 'figures-trial',
    external_id: String(Date.now()),
    title: 'Two browsers',
    description: 'A trial: nothing is wrong.',
    severity: 'warning',
    service: 'figures-trial',
  })
  const pages = await Promise.all([0, 1].map(async () => (await browser.newContext()).newPage()))
  await Promise.all(pages.map((page) => page.goto(`${base}/incidents/${opened.ref}`)))
  await Promise.all(pages.map((page) => page.getByLabel('Write to the agent').waitFor()))
  await delay(5_000)
  const delays: number[] = []
  const apart: number[] = []
  for (let i = 0; i < MESSAGES; i++) {
    const words = `words of round ${i}`
    const shownAt = pages.map((page) => page.evaluate(waitForText(words)) as Promise<number>)
    await post(`${base}/agent/api/incidents/${opened.ref}/messages`, { body: words })
    const shown = await Promise.all(shownAt)
    const incident = (await (await fetch(`${base}/agent/api/incidents/${opened.ref}`)).json()) as {
      timeline: { at: string; event: { body?: string } }[]
    }
    const event = incident.timeline.find(({ event: { body } }) => body === words)
    delays.push(...shown.map((at) => at - Date.parse(event?.at ?? '')))
    apart.push(Math.max(...shown) - Math.min(...shown))
    await delay(1_000)
  }
  await post(`${base}/agent/api/incidents/${opened.ref}/resolve`)
  await Promise.all(pages.map((page) => page.context().close()))
  console.log(
    `two browsers, ${MESSAGES} messages: shown after the event's own time: ${spread(delays)}; one after the other: ${spread(apart)}`,
  )
}

/** In the page: resolves with the time at which the text stands in the conversation. */
const waitForText = (words: string) => `new Promise((resolve) => {
  const list = document.querySelector('.message-list')
  const look = () => list.textContent.includes(${JSON.stringify(words)}) && (observer.disconnect(), requestAnimationFrame(() => resolve(Date.now())))
  const observer = new MutationObserver(look)
  observer.observe(list, { childList: true, subtree: true, characterData: true })
  look()
})`

/** The list, filter and search over 1,000 incidents, from the input to the last row. */
async function thousand(browser: Browser): Promise<void> {
  await using filled = await fillAgent(1_000, (line) => console.log(line))
  const page = await browser.newPage()
  await page.goto(`${filled.console}/settings`)
  const times = async (name: string, act: () => Promise<void>) => {
    const taken: number[] = []
    for (let i = 0; i < 5; i++) {
      const waiting = page.evaluate(WAIT_FOR_ROWS) as Promise<number>
      await act()
      taken.push(await waiting)
    }
    console.log(`1,000 incidents, ${name}: ${spread(taken)}`)
  }
  await times('list (from the press of its link)', async () => {
    await page.getByRole('link', { name: 'Connections' }).click()
    await page.getByRole('heading', { name: 'Connections' }).waitFor()
    await page.getByRole('link', { name: 'Incidents', exact: true }).click()
  })
  const box = page.getByLabel('Search in alerts, causes and references')
  let round = 0
  await times('search (from the last key, its pause of 60 ms included)', () => box.fill(`number ${100 + round++}`))
  await box.fill('')
  await delay(1_000)
  const status = page.getByLabel('Status')
  let flip = false
  await times('filter by status', async () => {
    flip = !flip
    await status.selectOption(flip ? 'resolved' : '')
  })
  await page.close()
}

/** In the page: milliseconds from the next click, key or choice until the table shows other rows than before, painted. */
const WAIT_FOR_ROWS = `(() => new Promise((resolve) => {
  const rows = () => [...document.querySelectorAll('.incident-list tbody tr td:first-child')].map((cell) => cell.textContent).join()
  let begun
  let before
  const start = (event) => { begun = event.timeStamp; before = rows() }
  for (const kind of ['click', 'input', 'change']) addEventListener(kind, start, { capture: true })
  const observer = new MutationObserver(() => {
    if (begun === undefined || rows() === '' || rows() === before || document.querySelector('[aria-busy=true]')) return
    observer.disconnect()
    for (const kind of ['click', 'input', 'change']) removeEventListener(kind, start, { capture: true })
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)))
  })
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true })
}))()`

/** The heap after a collection, and what the document holds, once a minute. */
async function memory(base: string, browser: Browser, minutes: number): Promise<void> {
  const page = await browser.newPage()
  await page.goto(base)
  await page.getByRole('heading', { name: 'Live' }).waitFor()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  for (let minute = 0; minute <= minutes; minute++) {
    await delay(minute === 0 ? 20_000 : 60_000)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
    console.log(`minute ${minute}: heap ${(usedSize / 1e6).toFixed(2)} MB, ${of('Nodes')} nodes, ${of('JSEventListeners')} listeners`)
  }
  await page.close()
}

const [base, ...asked] = process.argv.slice(2)
if (!base) {
  console.error(USAGE)
  process.exit(2)
}
const parts = asked.length > 0 ? asked : ['paint', 'rest', 'two', 'thousand', 'memory=30']
const browser = await launch()
try {
  for (const part of parts) {
    const [name, minutes] = part.split('=')
    if (name === 'paint') await paint(base)
    else if (name === 'rest') await rest(base, browser)
    else if (name === 'two') await two(base, browser)
    else if (name === 'thousand') await thousand(browser)
    else if (name === 'memory') await memory(base, browser, Number(minutes ?? 30))
    else throw new Error(`There is no part ${part}.\n${USAGE}`)
  }
} finally {
  await browser.close()
}
