import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { expect, test } from 'vitest'
import { DEED_FAULTS, OF_KUBERNETES } from '../../../test-parts/client-cases.ts'
import { deadAddress, startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { describeLookFaults, LOOK_TIMEOUT_MS, startAnswering } from '../../../test-parts/look-faults.ts'
import { createKubernetesClient } from './client.ts'

const connect = (server: string) => createKubernetesClient({ server, token: () => 'token' }, { timeoutMs: LOOK_TIMEOUT_MS })
const POD = { metadata: { name: 'a' }, spec: {}, status: {} }

describeLookFaults('Kubernetes: a list', {
  system: 'The cluster',
  start: () => startAnswering({ kind: 'PodList', items: [POD] }),
  look: (url, signal) => connect(url).list('/api/v1/namespaces/shop/pods', { signal }),
  except: OF_KUBERNETES,
})
test.each(['null', '[]', '{"metadata":null}', '{"data":7}'])('Kubernetes: the object %s is none', async (body) => {
  await using cluster = await startAnswering(JSON.parse(body))
  const look = connect(cluster.url).get('/api/v1/namespaces/shop/pods/a')
  await expect(look).rejects.toMatchObject({ code: 'upstream_garbled', retryable: false })
})

/** Counts the changes that arrive. */
async function startCounting() {
  let count = 0
  const server = createServer((request, reply) => {
    count += 1
    request.resume().on('end', () => reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(POD)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // Bound to TCP above.
    count: () => count,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test.each(DEED_FAULTS)('Kubernetes: a change that ends with $name is $claim, and was sent once at most', async ({ fault, happened }) => {
  await using cluster = await startCounting()
  await using proxy = await startFaultProxy(cluster.url)
  if (fault !== 'refused') proxy.behaviour.fault = () => fault
  const client = connect(fault === 'refused' ? await deadAddress() : proxy.url)
  await expect(
    client.change('PATCH', '/apis/apps/v1/namespaces/shop/deployments/a', { body: { spec: { replicas: 2 } } }),
  ).rejects.toBeInstanceOf(UpstreamError)
  expect(cluster.count()).toBe(Number(happened))
})
