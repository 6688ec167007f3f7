import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { freePort } from '../test-parts/fixture-part.ts'
import { demandFreePorts, findBusyPorts } from './busy-ports.ts'
import { listeningInodes } from './port-holder.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function hold(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

it.each(['127.0.0.1', '0.0.0.0'])('finds a port busy that is held on %s', async (host) => {
  const needed = [
    { port: await hold(host), name: 'agent' },
    { port: await freePort(), name: 'phone' },
  ]
  expect(await findBusyPorts(needed)).toEqual([needed[0]])
})

it('names every busy port, the process that holds it, and the way out, in one message', async () => {
  const [one, other, free] = [await hold('127.0.0.1'), await hold('127.0.0.1'), await freePort()]
  const error = await demandFreePorts(
    [
      { port: one, name: 'agent' },
      { port: other, name: 'prometheus' },
      { port: free, name: 'alertmanager' },
    ],
    { offset: 500 },
  ).catch((caught: Error) => caught)
  const text = error instanceof Error ? error.message : ''
  expect(text).toContain(`${one} (agent) is held by pid ${process.pid}`)
  expect(text).toContain(`${other} (prometheus) is held by pid ${process.pid}`)
  expect(text).not.toContain('alertmanager')
  expect(text).toContain('--port-offset 10500')
})

it('says nothing when all ports are free', async () => {
  await demandFreePorts([{ port: await freePort(), name: 'agent' }], { offset: 0 })
})

it('reads only listening sockets of the port out of /proc/net/tcp', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:2328 0100007F:8000 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
   2: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0`
  expect(listeningInodes(table, 9000)).toEqual(['111'])
})
