import { expect, it } from 'vitest'
import { openFleet } from '../test-parts/noting-fleet.ts'
import { AGENT_TOKEN } from './api.ts'

type Bad = [method: 'GET' | 'POST', path: string, body?: unknown]
const COUNTS = [-1, 0, 1, 3, 5, 6, 7, 8, 9, 100, 2.5, '4', null, true, [4], { replicas: 4 }, Number.MAX_SAFE_INTEGER, 1e308]
const PORTS = [8009, 9000, 0, -1, 65_536, 8001.5, '8001', null, [8001], { port: 8001 }]
const RELEASES = ['r1', 'r4', 'r9', 'r99', 'R3', 'r3 ', 'latest', 'r3; rm -rf /', '../r3', '', 'r', 3, null, ['r3']]
const MODES = ['errors', 'crash', 'db_down', 'rotated_password', 'link_cut', 'none']
/** Only taking back the last change (BADGES, from off to on, everywhere) would be allowed. */
const WRONG_SETTINGS = [
  { component: 'inventory', setting: 'BADGES', value: 'on' },
  { component: 'inventory', setting: 'BADGES', value: 'off', ports: [8001] },
  { component: 'inventory', setting: 'DATABASE_URL', value: 'missing' },
  { component: 'inventory', setting: 'DATABASE_URL', value: 'given' },
  { component: 'inventory', setting: 'NODE_OPTIONS', value: '--require=/tmp/x' },
  { component: 'load-balancer', setting: 'retries', value: '9' },
  { component: 'load-balancer', setting: 'resend', value: 'always' },
  { component: 'prometheus', setting: 'uneven_load_rule', value: 'by_instance' },
  { component: 'inventory', setting: 'BADGES', value: ['off'] },
  { component: 'inventory', setting: 'BADGES', value: 'off', approved: true },
  { component: 'on-call-agent', setting: 'ACTIONS_MODE', value: 'auto' },
]
const WRONG_PARTS = ['on-call-agent', 'postgres', 'process-manager', '../database', 'Database', '', null, 7, ['database']]
const KINDS: ((i: number) => Bad)[] = [
  (i) => ['POST', '/scale', { replicas: COUNTS[i % COUNTS.length] }],
  (i) => ['POST', '/scale', { replicas: 4, force: true, reason: `a person said so ${i}` }],
  (i) => ['POST', '/restart', { port: PORTS[i % PORTS.length] }],
  (i) => ['POST', '/drain', { port: PORTS[i % PORTS.length], keep: true }],
  (i) => ['POST', '/drain', i % 2 ? { port: 8001 } : { port: 8001, keep: false }],
  (i) => ['POST', '/deploy', { release: RELEASES[i % RELEASES.length] }],
  (i) => ['POST', '/deploy', { release: 'r9', ports: [8001 + (i % 3)] }],
  (i) => ['POST', '/fault', { mode: MODES[i % MODES.length] }],
  (i) => [
    'POST',
    ['/stop', '/start', '/rolling-restart', '/traffic'][i % 4] ?? '',
    i % 4 < 2 ? { port: 8001 } : i % 4 === 2 ? { ports: [8001], force: true } : { profile: 'none' },
  ],
  (i) => ['POST', '/start-part', { part: WRONG_PARTS[i % WRONG_PARTS.length] }],
  (i) => ['POST', '/start-part', { part: 'database', force: true, reason: `a person said so ${i}` }],
  (i) => ['POST', '/settings', WRONG_SETTINGS[i % WRONG_SETTINGS.length]],
  (i) => ['GET', ['/fault', '/fault/history', '/fault/modes', '/traffic'][i % 4] ?? ''],
]

it('carries out none of 400 bad calls that come with the agent’s token past the agent, and says why', async () => {
  const { app, done } = openFleet()
  const reasons = new Map<string, number>()
  for (let i = 0; i < 400; i += 1) {
    const [method, url, body] = KINDS[i % KINDS.length]?.(Math.floor(i / KINDS.length)) ?? ['GET', '/fault']
    const headers = { authorization: `Bearer ${AGENT_TOKEN}`, ...(method === 'POST' && { 'content-type': 'application/json' }) }
    const answer = await app.inject({ method, url, headers, ...(method === 'POST' && { payload: JSON.stringify(body) }) })
    expect([method, url, body, Math.floor(answer.statusCode / 100)]).toEqual([method, url, body, 4])
    const { code, detail } = answer.json()
    expect(detail.length).toBeGreaterThan(10)
    reasons.set(code, (reasons.get(code) ?? 0) + 1)
  }
  expect(done).toEqual([])
  expect([...reasons.keys()].toSorted()).toEqual(['invalid_request', 'refused_by_policy'])
  await app.close().catch(() => undefined)
})

it('drains no second instance, and takes no other token', async () => {
  const { app, done } = openFleet(8003)
  const post = (token: string, url: string, payload: object) =>
    app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${token}` }, payload })
  expect((await post(AGENT_TOKEN, '/drain', { port: 8001, keep: true })).json().detail).toContain('8003 is drained already')
  expect((await post('another', '/scale', { replicas: 4 })).statusCode).toBe(401)
  expect(done).toEqual([])
  await app.close().catch(() => undefined)
})
