import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2, { type AuthContext, type Connection, type ParsedKey, type ServerChannel } from 'ssh2'
import type { MachineKeys } from './keys.ts'
import type { Surroundings } from './programs/program.ts'
import { runLine } from './programs/run-line.ts'

/** The one account, whose key may run the listed programs and nothing else: no terminal, no shell, no files, no forwarding. */
export const USER = 'oncall'

const CLOSES_WITHIN_MS = 1_000

interface SshOptions {
  host: string
  port: number
  keys: MachineKeys
  surroundings: Surroundings
  /** Called with each line that a client sends, before it runs. */
  onLine?: (line: string) => void
}

/** Serves SSH until it is closed; connections that are open then are ended. */
export async function startSshServer({ host, port, keys, surroundings, onLine }: SshOptions): Promise<{ port: number } & AsyncDisposable> {
  const allowed = ssh2.utils.parseKey(keys.agent.public)
  if (allowed instanceof Error) throw allowed
  const open = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [keys.host.private] }, (client) => {
    open.add(client)
    client.on('close', () => open.delete(client))
    client.on('error', () => undefined) // A client that went away.
    client.on('authentication', (context) => decideLogin(context, allowed))
    client.on('session', (accept) => {
      const session = accept()
      session.on('exec', async (acceptExec, _reject, { command }) => {
        const channel: ServerChannel | undefined = acceptExec()
        // A second command on a channel that has one gets none.
        if (!channel) return
        channel.on('error', () => undefined)
        onLine?.(command)
        const { code, stdout = '', stderr = '' } = await runLine(command, surroundings)
        channel.stderr.write(stderr)
        channel.write(stdout)
        channel.exit(code)
        channel.end()
      })
    })
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // It listens on TCP.
    async [Symbol.asyncDispose]() {
      for (const client of open) client.end()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // A client that does not close its side holds nobody up.
      await Promise.race([closed, sleep(CLOSES_WITHIN_MS, undefined, { ref: false })])
    },
  }
}

function decideLogin(context: AuthContext, allowed: ParsedKey): void {
  if (isAgent(context, allowed)) context.accept()
  else context.reject(['publickey'])
}

function isAgent(context: AuthContext, allowed: ParsedKey): boolean {
  if (context.method !== 'publickey' || context.username !== USER) return false
  const [given, known] = [context.key.data, allowed.getPublicSSH()]
  if (context.key.algo !== allowed.type || given.length !== known.length || !timingSafeEqual(given, known)) return false
  // Without a signature the client only asks whether the key would do.
  if (context.signature === undefined || context.blob === undefined) return true
  return allowed.verify(context.blob, context.signature, context.hashAlgo) === true
}
