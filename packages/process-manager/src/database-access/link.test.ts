import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { expect, it, vi } from 'vitest'
import { DatabaseLink } from './link.ts'

/** Answers what it gets, and ends when the caller does. */
async function echo(port = 0): Promise<Server & AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).pipe(socket)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await once(server.close(), 'close')
    },
  })
}

const portOf = (server: Server) => (server.address() as { port: number }).port
const open = (port: number) => DatabaseLink.open({ host: '127.0.0.1', port }, '127.0.9.1')
const say = (socket: Socket, text: string) => {
  socket.write(text)
  return once(socket, 'data').then(String)
}

async function call({ address }: DatabaseLink): Promise<Socket> {
  const socket = connect(address)
  await once(socket, 'connect')
  return socket
}

it('carries what is sent, and ends when either side does', async () => {
  await using server = await echo()
  await using link = await open(portOf(server))
  const socket = await call(link)
  expect(await say(socket, 'hello')).toBe('hello')
  socket.end('bye')
  expect(await once(socket, 'data').then(String)).toBe('bye')
  await once(socket, 'close')

  const other = await call(link)
  await say(other, 'hello')
  await server[Symbol.asyncDispose]()
  await once(other, 'close')
})

it('carries a megabyte in order while it is slow', async () => {
  await using server = await echo()
  await using link = await open(portOf(server))
  link.set({ delayMs: 4 })
  const socket = await call(link)
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251))
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  socket.end(sent)
  await once(socket, 'end')
  expect(Buffer.concat(parts).equals(sent)).toBe(true)
  socket.destroy()
})

it('makes each answer late, on a connection that was open before too, until it is well again', async () => {
  await using server = await echo()
  await using link = await open(portOf(server))
  const socket = await call(link)
  await say(socket, 'quick')
  link.set({ delayMs: 120 })
  const begun = performance.now()
  await say(socket, 'slow')
  expect(performance.now() - begun).toBeGreaterThan(115)
  socket.write('late')
  link.set({})
  expect(await once(socket, 'data').then(String)).toBe('late')
  socket.destroy()
})

it('lets nothing through while it is cut, and all of it afterwards; whoever gave up meanwhile is not called for', async () => {
  let calls = 0
  await using server = await echo()
  server.on('connection', () => calls++)
  await using link = await open(portOf(server))
  const before = await call(link)
  await say(before, 'hello')
  link.set({ isCut: true })
  const impatient = await call(link)
  const patient = await call(link)
  impatient.destroy()
  before.write('1')
  patient.write('2')
  const heard: string[] = []
  for (const socket of [before, patient]) socket.on('data', (bytes) => heard.push(String(bytes)))
  await setTimeout(100)
  expect([heard, calls]).toEqual([[], 1])
  link.set({})
  await vi.waitFor(() => expect(heard.toSorted()).toEqual(['1', '2']))
  expect(calls).toBe(2)
  before.destroy()
  patient.destroy()
})

it('refuses while nobody listens behind it, as the server itself would, and takes callers again afterwards', async () => {
  const port = await freePort()
  await using link = await open(port)
  const outcome = () =>
    call(link).then(
      async (socket) => (await Promise.race([once(socket, 'close'), say(socket, 'hello')]).catch((error) => error.code)) ?? 'closed',
      (error) => error.code,
    )
  await vi.waitFor(async () => expect(await outcome()).toBe('ECONNREFUSED'))
  await using _server = await echo(port)
  await vi.waitFor(async () => expect(await outcome()).toBe('hello'), { timeout: 5_000 })
})
