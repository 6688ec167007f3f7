import { expect, test } from 'vitest'
import { startAgentApp } from '../test-parts/agent-app.ts'
import { decideToken } from './bearer-token.ts'

test.each([
  [{ HOST: '127.0.0.1' }, undefined],
  [{ HOST: '::1', AGENT_TOKEN: 'x' }, 'x'],
  [{ HOST: '0.0.0.0', AGENT_TOKEN: 'x' }, 'x'],
  [{ HOST: '0.0.0.0', AGENT_TOKEN: 'off' }, undefined],
])('%j asks for the token %j', (config, token) => {
  expect(decideToken(config)).toBe(token)
})

test('a listener that strangers reach does not start without a token', () => {
  expect(() => decideToken({ HOST: '0.0.0.0' })).toThrow('AGENT_TOKEN must be set when HOST is no loopback address, got HOST "0.0.0.0"')
})

test('with a token every route but health, metrics and the webhook of a vendor demands it', async () => {
  await using running = await startAgentApp({ token: 'sesame' })
  const statusOf = async (url: string, headers = {}) => (await running.app.inject({ url, headers })).statusCode
  for (const url of ['/api/incidents', '/api/events', '/', '/no-such-route']) {
    expect([url, await statusOf(url)]).toEqual([url, 401])
    expect([url, await statusOf(url, { authorization: 'Bearer sesam' })]).toEqual([url, 401])
  }
  expect(await statusOf('/api/incidents', { authorization: 'Bearer sesame' })).toBe(200)
  for (const url of ['/healthz', '/metrics']) expect([url, await statusOf(url)]).toEqual([url, 200])
  expect((await running.app.inject({ method: 'POST', url: '/webhook/twilio' })).statusCode).not.toBe(401)
})
