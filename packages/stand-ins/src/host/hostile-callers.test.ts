import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestHost } from '../../test-parts/start-host.ts'

let host: Awaited<ReturnType<typeof startTestHost>>
beforeAll(async () => {
  host = await startTestHost()
})
afterAll(() => host[Symbol.asyncDispose]())

async function login(over: Partial<ConnectConfig> = { privateKey: readFileSync(host.entry.key.file) }): Promise<Client> {
  const client = new ssh2.Client()
  client.connect({ host: '127.0.0.1', port: host.ports.ssh, username: 'oncall', ...over })
  await new Promise<void>((resolve, reject) => client.once('ready', resolve).once('error', reject))
  return client
}

/** What the agent does all day still works. */
async function expectWell(): Promise<void> {
  const client = await login()
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.exec('timeout 5 uptime', (error, opened) => (error ? reject(error) : resolve(opened))),
  )
  let output = ''
  channel.on('data', (chunk: Buffer) => {
    output += chunk
  })
  await once(channel, 'close')
  client.end()
  expect(output).toContain('load average')
}

/** A packet of SSH's binary protocol, not encrypted (RFC 4253, 6). */
function packet(payload: Buffer): Buffer {
  const padding = 8 - ((payload.length + 5) % 8) + 8
  const head = Buffer.alloc(5)
  head.writeUInt32BE(payload.length + padding + 1, 0)
  head[4] = padding
  return Buffer.concat([head, payload, Buffer.alloc(padding)])
}

const BANNER = Buffer.from('SSH-2.0-trial\r\n')
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const NASTY_BYTES: [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['a request of HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['a banner of 100 kB', Buffer.from(`SSH-2.0-${'x'.repeat(100_000)}\r\n`)],
  ['a banner of SSH 1', Buffer.from('SSH-1.5-old\r\n')],
  ['random bytes', randomBytes(10_000)],
  ['a banner and random bytes', Buffer.concat([BANNER, randomBytes(10_000)])],
  ['a packet of 4 GB', Buffer.concat([BANNER, u32(0xffff_ffff), Buffer.alloc(100)])],
  ['a packet without a length', Buffer.concat([BANNER, u32(0), Buffer.alloc(100)])],
  ['an empty packet', Buffer.concat([BANNER, packet(Buffer.alloc(0))])],
  ['a key exchange without lists', Buffer.concat([BANNER, packet(Buffer.from([20]))])],
  [
    'a key exchange whose lists are longer than it',
    Buffer.concat([BANNER, packet(Buffer.concat([Buffer.from([20]), Buffer.alloc(16), u32(0x7fff_ffff)]))]),
  ],
  ['a login before the key exchange', Buffer.concat([BANNER, packet(Buffer.concat([Buffer.from([50]), u32(4), Buffer.from('root')]))])],
  ['a channel before the key exchange', Buffer.concat([BANNER, packet(Buffer.from([90, 0, 0, 0, 0]))])],
  ...Array.from({ length: 30 }, (_, i): [string, Buffer] => [
    `a message of type ${i * 8}`,
    Buffer.concat([BANNER, packet(Buffer.concat([Buffer.from([i * 8]), randomBytes(60)]))]),
  ]),
]

test('the machine stays well whatever comes instead of SSH', async () => {
  await Promise.all(
    NASTY_BYTES.map(async ([, bytes]) => {
      const socket = connect(host.ports.ssh, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(bytes)
      await Promise.race([once(socket.resume(), 'close'), sleep(100)])
      socket.destroy()
    }),
  )
  await expectWell()
})

test.concurrent.each<[string, Partial<ConnectConfig>]>([
  ['a password', { password: 'x'.repeat(10_000) }],
  ['another name', { username: 'root' }],
  ['a name of 10,000 characters', { username: 'x'.repeat(10_000) }],
  ['a name with a NUL', { username: 'oncall\0' }],
  ['an answer to questions', { tryKeyboard: true }],
  ['another key', { privateKey: ssh2.utils.generateKeyPairSync('ed25519').private }],
  ['a key of another kind', { privateKey: ssh2.utils.generateKeyPairSync('rsa', { bits: 2_048 }).private }],
])('%s is no login', async (_name, over) => {
  await expect(login(over)).rejects.toThrow(/authentication|configured/)
})

const opened = (client: Client, ask: (done: (error: Error | undefined) => void) => void): Promise<Error | undefined> =>
  Promise.race([new Promise<Error | undefined>(ask), sleep(300).then(() => new Error('no answer'))]).finally(() => client.end())

test.concurrent.each<[string, (client: Client, done: (error: Error | undefined) => void) => void]>([
  ['a shell', (client, done) => void client.shell((error) => done(error))],
  ['files', (client, done) => void client.sftp((error) => done(error))],
  ['a subsystem', (client, done) => void client.subsys('netconf', (error) => done(error))],
  ['a connection to elsewhere', (client, done) => void client.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, (error) => done(error))],
  ['a listener', (client, done) => void client.forwardIn('127.0.0.1', 0, (error) => done(error))],
  ['a socket', (client, done) => void client.openssh_forwardOutStreamLocal('/tmp/x', (error) => done(error))],
])('who is logged in gets no %s', async (_name, ask) => {
  const client = await login()
  client.on('error', () => undefined)
  expect(await opened(client, (done) => ask(client, done))).toBeInstanceOf(Error)
})

test('a second command on one channel, a command that is no text, and a channel that ends at once do no harm', async () => {
  const lines = [
    'timeout 5 uptime',
    '\0',
    '',
    'x'.repeat(100_000),
    'timeout 5 ping -c 999999999 web-prod-01',
    'timeout 5 ping constructor',
    'timeout 5 getent hosts __proto__',
    'timeout 5 tail /etc',
  ]
  for (const line of lines) {
    const client = await login()
    client.on('error', () => undefined)
    await new Promise<void>((resolve) => {
      client.exec(line, (error, channel) => {
        if (error) return resolve()
        // No client does it, and nothing of ssh2 offers it: its protocol is asked.
        const { _protocol } = client as unknown as { _protocol: { exec(id: number, line: string, wantReply: boolean): void } }
        _protocol.exec((channel as unknown as { outgoing: { id: number } }).outgoing.id, 'timeout 5 uptime', false)
        channel
          .resume()
          .on('close', resolve)
          .on('error', () => undefined)
        channel.stderr.resume()
        if (line === '') channel.destroy()
        setTimeout(resolve, 300)
      })
    })
    client.end()
  }
  await expectWell()
})

test('what a program on the machine cannot do is said without a place of this computer', async () => {
  const client = await login()
  const said = async (line: string) => {
    const channel = await new Promise<ClientChannel>((resolve, reject) =>
      client.exec(line, (error, open) => (error ? reject(error) : resolve(open))),
    )
    let text = ''
    channel.on('data', (chunk: Buffer) => {
      text += chunk
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      text += chunk
    })
    await once(channel, 'close')
    return text
  }
  const lines = [
    'tail /var/log',
    'cp -p /etc /var',
    'diff -u /etc /var',
    'find /etc/nginx/nginx.conf -xdev -mindepth 1 -delete',
    'logrotate --force /etc',
    'getent hosts constructor',
    'ping -c 2 __proto__',
  ]
  for (const line of lines) expect(await said(`timeout 5 ${line}`)).not.toMatch(/lab-host-|\/tmp\/|native code|\[object|Error:/)
  client.end()
})
