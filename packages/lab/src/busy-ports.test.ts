import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { afterEach, expect, it } from 'vitest'
import { demandFreePorts, findBusyPorts } from './busy-ports.ts'
import { firstEphemeralPort, listeningInodes } from './port-holder.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const waiting = { say: () => undefined, signal: new AbortController().signal }

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
    waiting,
  ).catch((caught: Error) => caught)
  const text = error instanceof Error ? error.message : ''
  expect(text).toContain(`${one} (agent) is held by pid ${process.pid}`)
  expect(text).toContain(`${other} (prometheus) is held by pid ${process.pid}`)
  expect(text).not.toContain('alertmanager')
})

it('says nothing when all ports are free', async () => {
  await demandFreePorts([{ port: await freePort(), name: 'agent' }], { offset: 0 }, waiting)
})

it('reads only listening sockets of the port out of /proc/net/tcp', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:2328 0100007F:8000 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
   2: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0`
  expect(listeningInodes(table, 9000)).toEqual(['111'])
})

it('suggests an offset below the ports that the system hands out to clients', async () => {
  const needed = [{ port: await hold('127.0.0.1'), name: 'agent' }]
  const offset = (needed[0]?.port ?? 0) - 8_088
  const error = await demandFreePorts(needed, { offset }, waiting).catch((caught: Error) => caught)
  const suggested = Number(/--port-offset (\d+)/.exec(String(error))?.[1])
  expect(suggested + 15_432).toBeLessThan(await firstEphemeralPort())
})

it.runIf(process.platform === 'linux')('waits while a closing connection keeps a port, and says so', async () => {
  // The side that closes first keeps its port in TIME-WAIT, and a client's port does not allow itself to be used again.
  const server = createServer((socket) => socket.on('end', () => socket.end()).resume())
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const client = connect({ port: typeof address === 'object' && address ? address.port : 0, host: '127.0.0.1' })
  await once(client, 'connect')
  const needed = [{ port: client.localPort ?? 0, name: 'agent' }]
  client.end()
  await once(client.resume(), 'close')
  expect(await findBusyPorts(needed)).toEqual(needed)
  const stop = new AbortController()
  const said: string[] = []
  const say = (line: string) => {
    said.push(line)
    stop.abort(new Error('far enough'))
  }
  await expect(demandFreePorts(needed, { offset: 0 }, { say, signal: stop.signal })).rejects.toThrow('far enough')
  expect(said).toEqual([expect.stringContaining(`port ${needed[0]?.port}`)])
})
