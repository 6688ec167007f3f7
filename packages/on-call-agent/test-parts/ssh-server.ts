import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'

const HOST = ssh2.utils.generateKeyPairSync('ed25519')

/** An SSH server that takes every key, or none, and does with each line what a test says; `lines` are those that came. */
export async function startSshServer(
  answer: (channel: ServerChannel, line: string, client: Connection) => void,
  hostKey = HOST.private,
  { takesKeys = true } = {},
) {
  const lines: string[] = []
  const open = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    open.add(client)
    client.on('error', () => undefined)
    client.on('close', () => open.delete(client))
    client.on('authentication', (context) => (takesKeys ? context.accept() : context.reject(['publickey'])))
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        lines.push(command)
        const channel = acceptExec()
        channel.on('error', () => undefined)
        answer(channel, command, client)
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // It listens on TCP.
    lines,
    connections: () => open.size,
    async [Symbol.asyncDispose]() {
      for (const client of open) client.end()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** A fresh pair of keys. */
export const newKeys = () => ssh2.utils.generateKeyPairSync('ed25519')
export const HOST_KEY = HOST.public.trim()
