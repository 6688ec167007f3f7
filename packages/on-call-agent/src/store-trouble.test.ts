import { createHmac } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import { expect, test, vi } from 'vitest'
import { AUTH_TOKEN, PERSON, PUBLIC_URL, startAgentApp } from '../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../test-parts/alerts.ts'
import { openDatabase } from './store/sqlite/database.ts'
import { createStoreOn } from './store/sqlite/sqlite-store.ts'

test('on a full disk every change is answered 503 with Retry-After, /healthz says what does not work, and all heals when there is space', async () => {
  const db = openDatabase(':memory:')
  await using running = await startAgentApp({ on: createStoreOn(db) })
  const { app, agent } = running
  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload })
  await post('/alerts', alertGroup(receivedAlert()))
  await agent.idle()
  const pages = Number(db.get('PRAGMA page_count')?.page_count)
  db.all(`PRAGMA max_page_count = ${pages}`)

  const long = 'long '.repeat(150)
  const changes = {
    alert: () =>
      post('/alerts', alertGroup(...Array.from({ length: 200 }, (_, i) => receivedAlert({ fingerprint: `f${i}`, summary: long })))),
    reply: () => post('/api/incidents/I1/messages', { body: long }),
    decision: () => post('/human/decision', { decision: long }),
    twilio: () => app.inject({ method: 'POST', url: '/webhook/twilio', ...fromTwilio(long) }),
  }
  for (const [name, change] of Object.entries(changes)) {
    const answer = await untilRefused(change)
    expect([name, answer.statusCode, answer.headers['retry-after']]).toEqual([name, 503, '1'])
  }
  const health = await app.inject('/healthz')
  expect([health.statusCode, health.json()]).toMatchObject([503, { ok: false, store: 'database or disk is full' }])

  db.all('PRAGMA max_page_count = 1000000')
  await vi.waitFor(async () => expect((await app.inject('/healthz')).statusCode).toBe(200), { timeout: 10_000 })
  for (const change of Object.values(changes)) expect((await change()).statusCode).toBeLessThan(300)
})

/** The pages that are there have room for some more. */
async function untilRefused(change: () => Promise<LightMyRequestResponse>) {
  for (let i = 0; i < 50; i += 1) {
    const answer = await change()
    if (answer.statusCode >= 300) return answer
  }
  return change()
}

/** As Twilio signs and sends it. */
let sent = 0
function fromTwilio(body: string) {
  sent += 1
  const params = { Body: body, From: PERSON, MessageSid: `SM-in-${sent}` }
  const signed = Object.entries(params).reduce((all, [name, value]) => `${all}${name}${value}`, `${PUBLIC_URL}/webhook/twilio`)
  const signature = createHmac('sha1', AUTH_TOKEN).update(signed).digest('base64')
  return {
    headers: { host: 'tunnel.example', 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    payload: new URLSearchParams(params).toString(),
  }
}
