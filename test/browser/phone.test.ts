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
