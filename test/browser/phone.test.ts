import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'

const LONG = Array.from({ length: 60 }, (_, at) => `Line ${at + 1} of the page`).join('\n')

async function send(url: string, body: string) {
  await fetch(`${url}/twilio/2010-04-01/Accounts/${KNOWN.twilioAccountSid}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${KNOWN.twilioAccountSid}:${KNOWN.twilioAuthToken}`)}` },
    body: new URLSearchParams({ From: KNOWN.twilioWhatsappNumber, To: KNOWN.userWhatsappNumber, Body: body }),
  })
}

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('the phone page opens at the first line of the newest message, keeps focus when news arrive, drops a quote on Escape, and has no axe violation', async () => {
  await using standIns = await startStandIns()
  await send(standIns.url, 'An older message')
  await send(standIns.url, LONG)
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(standIns.url)
  const last = page.locator('li.bubble').nth(1)
  await last.waitFor()
  const top = async () => (await last.boundingBox())?.y ?? -1
  const listTop = (await page.locator('#messages').boundingBox())?.y ?? -1
  expect(await top()).toBeGreaterThanOrEqual(listTop)
  expect(await top()).toBeLessThan(listTop + 100)

  await last.locator('button.reply').focus()
  await page.evaluate("document.getElementById('messages').scrollTop = 0")
  await send(standIns.url, 'News')
  await page.locator('li.bubble').nth(2).waitFor()
  expect(await page.evaluate('document.activeElement.className')).toBe('reply')
  expect(await page.locator('#newest').isVisible()).toBe(true)
  await page.locator('#newest').click()
  await expect.poll(() => page.locator('#newest').isVisible()).toBe(false)

  await last.locator('button.reply').click()
  expect(await page.locator('#quote').isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  expect(await page.locator('#quote').isVisible()).toBe(false)

  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  await context.close()
})

test('the title counts what came while the page was hidden; what is read is reported', async () => {
  await using standIns = await startStandIns()
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(standIns.url)
  await page.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
  await send(standIns.url, 'One')
  await send(standIns.url, 'Two')
  await expect.poll(() => page.title(), { timeout: 10_000 }).toMatch(/^\(2\) /)
  await page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
  await expect.poll(() => page.title(), { timeout: 10_000 }).not.toMatch(/^\(/)
  await expect.poll(() => page.locator('li.bubble footer').last().textContent(), { timeout: 10_000 }).toContain('read')
  await context.close()
})

test('the state and the clock of the incident stand beside the conversation, go on without a redraw, and have no axe violation in light and dark', async () => {
  const at = (second: number) => new Date(Date.now() - 60_000 + second * 1_000).toISOString()
  const timeline = [
    { at: at(2), event: { kind: 'alert_firing' } },
    { at: at(9), event: { kind: 'message_sent' } },
  ]
  const facts = {
    ref: 'I7',
    service: 'inventory',
    severity: 'critical',
    status: 'investigating',
    html_url: 'http://127.0.0.1:8087/incidents/I7',
  }
  await using agent = await startAgentApi({ ...facts, resolved_at: null, alerts: [{ starts_at: at(0) }], timeline })
  await using standIns = await startStandIns({ agentUrl: agent.url })
  await send(standIns.url, 'A page with a *diagnosis*')
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport: { width: 1_000, height: 800 }, colorScheme })
    const page = await context.newPage()
    await page.goto(standIns.url)
    await expect.poll(() => page.locator('#incident-state').textContent()).toBe('I7 inventory, critical: investigating')
    // The phone asks for the incident at its own pace: the second page may be shown once what the first was shown last.
    await expect
      .poll(() => page.locator('#clock dt').allInnerTexts(), { timeout: 10_000 })
      .toEqual(['alert fires', 'webhook', 'page sent', 'open for'])
    await page.evaluate("document.querySelector('#incident-state a').focus(); document.querySelector('#clock div').dataset.kept = 'yes'")
    timeline.push({ at: at(30), event: { kind: 'message_read' } })
    await expect.poll(() => page.locator('#clock dt').allInnerTexts(), { timeout: 10_000 }).toContain('read')
    expect(await page.evaluate("document.activeElement.textContent + document.querySelector('#clock div').dataset.kept")).toBe('I7yes')
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    timeline.pop()
    await context.close()
  }
})

async function startAgentApi(incident: object) {
  const server = createServer((request, response) => {
    const isList = (request.url ?? '').startsWith('/api/incidents?')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(isList ? { incidents: [incident] } : incident))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() }
}
