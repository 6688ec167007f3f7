import { createServer, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to the database: nobody listens, everything is passed on, or nothing comes through. */
export async function openGate(target: string) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = new Socket().connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  await listen(0)
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  await shut()
  const url = new URL(target)
  url.port = String(address.port)
  onTestFinished(() => (server.listening ? shut() : undefined))
  const stall = () => {
    for (const socket of sockets) socket.unpipe().pause()
  }
  return { url: url.href, open: () => listen(address.port), shut, stall }
}
