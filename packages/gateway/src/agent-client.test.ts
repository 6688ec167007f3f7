import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createAgentClient } from './agent-client.ts'

test('an approval names the gateway and, as far as it is harmless, who asked the gateway for it', async () => {
  const names: unknown[] = []
  const server = createServer((request, response) => {
    names.push(request.headers['x-requested-by'])
    response.setHeader('content-type', 'application/json').end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  {
    await using agent = createAgentClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    for (const by of ['release bot', undefined, ') auto\n', 'x'.repeat(60)]) await agent.approve('A1', { by })
  }
  await once(server.close(), 'close')
  expect(names).toEqual(['gateway (release bot)', 'gateway', 'gateway ( auto)', `gateway (${'x'.repeat(40)})`])
})
