import { mkdtempSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deadAddress } from '../../../test-parts/fault-proxy.ts'
import { HOST_FAULTS, type HostFault } from '../../../test-parts/host-faults.ts'
import { HOST_KEY, newKeys, startSshServer } from '../../../test-parts/ssh-server.ts'
import { createHostClient } from './client.ts'
import type { HostEntry } from './settings.ts'

const keyFile = join(mkdtempSync(join(tmpdir(), 'host-client-')), 'key')
writeFileSync(keyFile, newKeys().private)

const entryAt = (port: number, over: Partial<HostEntry> = {}): HostEntry => ({
  address: '127.0.0.1',
  port,
  user: 'oncall',
  key: { file: keyFile },
  host_key: HOST_KEY,
  services: ['nginx'],
  ...over,
})
const clientOf = (port: number, over: Partial<HostEntry> = {}, more: { connectMs?: number; maxBytes?: number; slackMs?: number } = {}) =>
  createHostClient({ name: 'web-1', entry: entryAt(port, over), ...more })
const signal = () => AbortSignal.timeout(15_000)

test('a command comes back with its status and both outputs, bounded on the host', async () => {
  await using server = await startSshServer((channel) => {
    channel.stderr.write('a word')
    channel.write('out')
    channel.exit(3)
    channel.end()
  })
  await using client = clientOf(server.port)
  expect(await client.run(['df'], { signal: signal() })).toEqual({
    exitCode: 3,
    stdout: 'out',
    stderr: 'a word',
    timedOut: false,
    truncated: false,
  })
  await client.run(['uptime'], { seconds: 4, signal: signal() })
  expect(server.lines).toEqual(['timeout 10 df', 'timeout 4 uptime'])
  expect(server.connections()).toBe(1)
})

test('a host with another key than the pinned one gets no command, and the statement names both', async () => {
  await using server = await startSshServer((channel) => channel.end(), newKeys().private)
  await using client = clientOf(server.port)
  await expect(client.run(['df'], { signal: signal() })).rejects.toMatchObject({
    code: 'host_key_changed',
    message: expect.stringMatching(
      /web-1 .* another host key than the one that is pinned \(SHA256:\S+ instead of SHA256:\S+\): not connected/,
    ),
  })
  expect(server.lines).toEqual([])
})

test('a host without a key of the pinned kind is not known: no command is sent', async () => {
  await using server = await startSshServer((channel) => channel.end())
  const rsa = `ssh-rsa ${Buffer.from('another').toString('base64')}`
  await using client = clientOf(server.port, { host_key: rsa })
  await expect(client.run(['df'], { signal: signal() })).rejects.toMatchObject({
    code: 'host_key_unknown',
    message: expect.stringContaining('no host key of the kind ssh-rsa that is pinned: not connected'),
  })
  expect(server.lines).toEqual([])
})

test('a dead host is one sentence', async () => {
  const port = Number(new URL(await deadAddress()).port)
  await using client = clientOf(port)
  await expect(client.run(['df'], { signal: signal() })).rejects.toMatchObject({
    code: 'upstream_unreachable',
    message: expect.stringMatching(/^web-1 \(127\.0\.0\.1:\d+\) cannot be reached \(.*ECONNREFUSED/),
  })
})

test('a host that takes the connection and says nothing is given up', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo // It listens on TCP.
  await using client = clientOf(port, {}, { connectMs: 200 })
  await expect(client.run(['df'], { signal: signal() })).rejects.toMatchObject({
    code: 'upstream_timeout',
    message: expect.stringContaining('did not answer within 200 ms'),
  })
  silent.close()
})

test('a slow command is stopped by the host, and says so', async () => {
  await using server = await startSshServer((channel) => {
    channel.exit(124)
    channel.end()
  })
  await using client = clientOf(server.port)
  expect(await client.run(['ps'], { signal: signal() })).toMatchObject({ timedOut: true, exitCode: 124 })
})

test('whoever gives up waiting leaves the other commands of the connection alone', async () => {
  await using server = await startSshServer((channel, line) => {
    if (line.endsWith('ps')) return
    channel.exit(0)
    channel.end()
  })
  await using client = clientOf(server.port)
  const giving = new AbortController()
  const waiting = client.run(['ps'], { signal: giving.signal })
  await client.run(['df'], { signal: signal() })
  giving.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  expect(await client.run(['df'], { signal: signal() })).toMatchObject({ exitCode: 0 })
  expect(server.connections()).toBe(1)
})

test('of an output of 1 GB the beginning is kept, and the rest is never taken', async () => {
  let sent = 0
  const piece = Buffer.alloc(32_768, 'x')
  await using server = await startSshServer((channel) => {
    const more = () => {
      while (sent < 2 ** 30 && !channel.destroyed) {
        sent += piece.length
        if (!channel.write(piece)) return void channel.once('drain', more)
      }
    }
    more()
  })
  await using client = clientOf(server.port)
  const before = process.memoryUsage().rss
  const { stdout, truncated, exitCode } = await client.run(['df'], { signal: signal() })
  expect([stdout.length, truncated, exitCode]).toEqual([65_536, true, null])
  expect(sent).toBeLessThan(16 * 1_048_576)
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576)
})

test('a connection that is cut while a command runs says that nobody knows what it did; the command is not sent again', async () => {
  await using server = await startSshServer((_channel, _line, client) => client.end())
  await using client = clientOf(server.port)
  await expect(client.run(['systemctl', 'restart', 'nginx'], { signal: signal() })).rejects.toMatchObject({
    code: 'connection_lost',
    message: 'The connection to web-1 was lost while "systemctl restart nginx" ran: what it did there is not known',
  })
  expect(server.lines).toEqual(['timeout 10 systemctl restart nginx'])
})

test('a channel that closes without a status counts as cut', async () => {
  await using server = await startSshServer((channel) => {
    channel.write('half')
    channel.close()
  })
  await using client = clientOf(server.port)
  await expect(client.run(['df'], { signal: signal() })).rejects.toMatchObject({ code: 'connection_lost' })
})

test('a key that the host does not take is one sentence', async () => {
  const missing = clientOf(1, { key: { file: '/nowhere/key' } })
  await expect(missing.run(['df'], { signal: signal() })).rejects.toMatchObject({ code: 'key_unreadable' })
})

test.each(Object.values<HostFault>(HOST_FAULTS))('over SSH, $name is $claim: $code', async ({ name, claim, code, answer }) => {
  const isOtherKey = name === HOST_FAULTS.otherKey.name
  await using server = await startSshServer(answer ?? ((channel) => channel.end()), isOtherKey ? newKeys().private : undefined, {
    takesKeys: name !== HOST_FAULTS.login.name,
  })
  await using talker = await startTalker(name === HOST_FAULTS.garbled.name ? 'HTTP/1.1 400 Bad Request\r\n\r\n' : '')
  const port =
    name === HOST_FAULTS.refused.name
      ? Number(new URL(await deadAddress()).port)
      : name === HOST_FAULTS.silent.name || name === HOST_FAULTS.garbled.name
        ? talker.port
        : server.port
  const over = {
    ...(name === HOST_FAULTS.otherKind.name && { host_key: `ssh-rsa ${Buffer.from('another').toString('base64')}` }),
    ...(name === HOST_FAULTS.unreadable.name && { key: { file: '/nowhere/key' } }),
  }
  await using client = clientOf(port, over, { connectMs: 400, slackMs: 100 })
  await expect(client.run(['df'], { seconds: 0.2, signal: signal() })).rejects.toMatchObject({ code, retryable: claim === 'retryable' })
  expect(server.lines.length).toBeLessThanOrEqual(1)
})

/** Whatever connects is told this, and nothing else. */
async function startTalker(words: string) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    if (words !== '') socket.end(words)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // It listens on TCP.
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}
