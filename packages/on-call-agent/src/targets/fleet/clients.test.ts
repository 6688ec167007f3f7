import { createServer } from 'node:http'
import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { expect, test } from 'vitest'
import { DEED_FAULTS, OF_BALANCER } from '../../../test-parts/client-cases.ts'
import { deadAddress, startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { describeLookFaults, LOOK_TIMEOUT_MS, startAnswering } from '../../../test-parts/look-faults.ts'
import { createActingClient } from './acting-client.ts'
import { createLoadBalancerClient } from './load-balancer.ts'
import { createProcessManagerClient } from './process-manager.ts'

const balancer = (url: string) => createLoadBalancerClient(url, { timeoutMs: LOOK_TIMEOUT_MS })

describeLookFaults('the process manager', {
  system: 'The process manager',
  start: () => startAnswering({ instances: [] }),
  look: (url, signal) => createProcessManagerClient(url, { timeoutMs: LOOK_TIMEOUT_MS }).instances(signal),
})
describeLookFaults('the load balancer: the error log', {
  system: 'The load balancer',
  start: () => startAnswering({ entries: [], count: 0 }),
  look: (url, signal) => balancer(url).tailLogs(60, 10, signal),
})
describeLookFaults('the load balancer: the backends', {
  system: 'The load balancer',
  start: () => startAnswering({ ok: true, backends: ['127.0.0.1:8001'] }),
  look: (url, signal) => balancer(url).backends(signal),
  except: OF_BALANCER,
})

test("the balancer's own 503 is an answer: it has no backend", async () => {
  const server = createServer((_request, reply) => reply.writeHead(503).end('{"ok":false,"backends":[]}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It is bound to TCP')
  expect(await balancer(`http://127.0.0.1:${address.port}`).backends()).toEqual([])
  server.closeAllConnections()
  server.close()
})

test.each(DEED_FAULTS)(
  'the process manager: a deed that ends with $name is $claim, and was sent once at most',
  async ({ fault, happened }) => {
    await using manager = await startAnswering({ ok: true })
    await using proxy = await startFaultProxy(manager.url)
    if (fault !== 'refused') proxy.behaviour.fault = () => fault
    const url = fault === 'refused' ? await deadAddress() : proxy.url
    const client = createActingClient(url, 'token', { timeoutMs: LOOK_TIMEOUT_MS })
    await expect(client.restart(8001, new AbortController().signal)).rejects.toBeInstanceOf(UpstreamError)
    expect(proxy.posts()).toBe(Number(happened))
  },
)
