import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { startProcess } from '@oncall-lab/test-kit/started-process'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, 'main.ts')

test('with PM_URL=off a request goes to an address of BACKENDS, and nobody is asked for a list', async () => {
  const asked: (string | undefined)[] = []
  const backend = createServer(({ url }, response) => {
    asked.push(url)
    response.end('{"from":"the backend"}')
  }).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const { port } = backend.address() as AddressInfo // It listens on TCP.
  const address = `http://127.0.0.1:${port}`
  const own = await freePort()
  await using balancer = await startProcess({ main, port: own, env: { LB_PORT: String(own), PM_URL: 'off', BACKENDS: address } })
  const answer = await fetch(`${balancer.url}/api/incidents`)
  expect([answer.headers.get('x-lb-backend'), await answer.json()]).toEqual([
    expect.stringContaining(String(port)),
    { from: 'the backend' },
  ])
  expect(asked.filter((url) => url !== '/healthz')).toEqual(['/api/incidents'])
  expect(balancer.output()).not.toContain('no list of backends')
  backend.close().closeAllConnections()
})

test('with PM_URL=off and without BACKENDS it does not start, and says why', async () => {
  const started = startProcess({ main, env: { LB_PORT: '0', PM_URL: 'off' } })
  await expect(started).rejects.toThrow(/BACKENDS must hold addresses/)
})
