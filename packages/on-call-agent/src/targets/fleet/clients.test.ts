import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { describeLookFaults, LOOK_TIMEOUT_MS, startAnswering } from '../../../test-parts/look-faults.ts'
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
  except: {
    // Its own 503 is JSON with the backends; what has none of that is another's.
    '503 with Retry-After': { claim: 'final', code: 'upstream_garbled' },
    '503 with a page of a proxy': { claim: 'final', code: 'upstream_garbled' },
  },
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
