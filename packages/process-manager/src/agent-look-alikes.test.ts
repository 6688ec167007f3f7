import { argumentsLike, lookAlikes } from '@oncall-lab/test-kit/look-alikes'
import { expect, it } from 'vitest'
import { openFleet } from '../test-parts/noting-fleet.ts'
import { AGENT_TOKEN } from './api.ts'

/** What the fleet would do for the agent. */
const GOOD: [path: string, body: Record<string, string | number | boolean>][] = [
  ['/scale', { replicas: 4 }],
  ['/restart', { port: 8002 }],
  ['/drain', { port: 8002, keep: true }],
  ['/deploy', { release: 'r3' }],
  ['/settings', { component: 'inventory', setting: 'BADGES', value: 'off' }],
  ['/start-part', { part: 'database' }],
]
const headers = { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/json' }

it('carries out nothing that only looks like a good call of the agent, past the agent', async () => {
  const { app, done } = openFleet()
  let tried = 0
  for (const [url, body] of GOOD) {
    for (const { how, json } of argumentsLike(body)) {
      const answer = await app.inject({ method: 'POST', url, headers, payload: json })
      expect([url, how, json.slice(0, 200), Math.floor(answer.statusCode / 100)]).toEqual([url, how, json.slice(0, 200), 4])
      expect(answer.json().detail.length).toBeGreaterThan(10)
      tried += 1
    }
  }
  expect(done).toEqual([])
  expect(tried).toBeGreaterThan(800)
  // As it stands each is let through; then this fleet, which only takes notes, has no answer.
  for (const [url, body] of GOOD)
    expect([url, (await app.inject({ method: 'POST', url, headers, payload: body })).json().code]).toEqual([url, 'internal_error'])
  await app.close().catch(() => undefined)
})

it('takes nothing for the agent’s token that only looks like it', async () => {
  const { app, done } = openFleet()
  // A header cannot hold the others.
  const texts = lookAlikes(AGENT_TOKEN).flatMap(({ json }) => (/^"[ -~]*"$/.test(json) ? [JSON.parse(json) as string] : []))
  const tokens = texts.map((text) => text.trim()).filter((text) => text !== AGENT_TOKEN && text.length < 10_000)
  expect(tokens.length).toBeGreaterThan(15)
  for (const authorization of [
    ...tokens.map((token) => `Bearer ${token}`),
    AGENT_TOKEN,
    `bearer ${AGENT_TOKEN}`,
    `Bearer  ${AGENT_TOKEN}`,
    '',
  ]) {
    const answer = await app.inject({ method: 'POST', url: '/scale', headers: { ...headers, authorization }, payload: { replicas: 4 } })
    expect([authorization, answer.statusCode]).toEqual([authorization, 401])
  }
  expect(done).toEqual([])
  await app.close().catch(() => undefined)
})
