import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { deadAddress, startFaultProxy } from '../../../on-call-agent/test-parts/fault-proxy.ts'
import { LOOK_TIMEOUT_MS, lookFaults } from '../../../on-call-agent/test-parts/look-faults.ts'
import { freePort } from '../../test-parts/free-port.ts'
import { startGateway } from '../../test-parts/running-gateway.ts'
import { createRemoteAgents } from './remote-agents.ts'

/** An agent elsewhere, which is asked through a proxy with the faults. */
let elsewhere: Awaited<ReturnType<typeof startGateway>>
let proxy: Awaited<ReturnType<typeof startFaultProxy>>
beforeAll(async () => {
  const port = await freePort()
  proxy = await startFaultProxy(`http://127.0.0.1:${port}`)
  elsewhere = await startGateway({ publicUrl: proxy.url })
  await elsewhere.app.listen({ host: '127.0.0.1', port })
})
afterEach(() => {
  proxy.behaviour.fault = () => ({ kind: 'passes' })
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
})

const agentAt = (url: string) => ({ url: `${url}/a2a/postgres_database_agent/` })
const remoteOf = (url: string) => createRemoteAgents({ entries: [{ ...agentAt(url), replaces: 'k8s_agent' }], timeoutMs: LOOK_TIMEOUT_MS })

test.each(lookFaults())('an agent elsewhere: a question that ends with $name is $claim: $code', async ({ fault, claim, code }) => {
  const url = fault === 'refused' ? await deadAddress() : proxy.url
  // Its card is known; the question fails.
  if (fault !== 'refused') proxy.behaviour.fault = ({ method }) => (method === 'POST' ? fault : { kind: 'passes' })
  const before = proxy.posts()
  const error = await remoteOf(url)
    .ask(agentAt(url), 'who holds the slots?')
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  expect(error).toBeInstanceOf(UpstreamError)
  expect(error).toMatchObject({ code, retryable: claim === 'retryable', message: expect.stringContaining(`The agent at ${url}`) })
  expect(proxy.posts() - before).toBeLessThanOrEqual(1)
})

test('a specialist elsewhere that fails is told as such, and is no failure of the gateway', async () => {
  await using gateway = await startGateway({ remote: remoteOf(proxy.url) })
  proxy.behaviour.fault = ({ method }) => (method === 'POST' ? { kind: 'answers', status: 500, body: 'secret words' } : { kind: 'passes' })
  const { status, body } = await gateway.post('/api/v1/query', { agent: 'k8s_agent', message: 'who holds the slots?' })
  expect([status, body.code]).toEqual([502, 'upstream_status'])
  expect(JSON.stringify(body)).not.toContain('secret words')
})
