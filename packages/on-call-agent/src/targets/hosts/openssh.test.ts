import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test, vi } from 'vitest'
import { hostileCommands } from '../../../test-parts/hostile-commands.ts'
import { newKeys } from '../../../test-parts/ssh-server.ts'
import { createHostClient } from './client.ts'
import { commandOf } from './commands.ts'
import type { HostEntry } from './settings.ts'

/** OpenSSH's server: the installed one, or one that was unpacked somewhere (with its libraries, as Debian's package has them). */
const sshd = [process.env.SSHD_PATH ?? '', '/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => path !== '' && isThere(path))
/** It lets in the account that it runs as, and no root. */
const account = findAccount()

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function findAccount(): { name: string; uid: number; gid: number } | undefined {
  const { username, uid, gid, shell } = userInfo()
  if (uid !== 0) return shell?.endsWith('sh') ? { name: username, uid, gid } : undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const [name, , id, group] =
    lines.map((line) => line.split(':')).find(([, , id, , , , shell]) => Number(id) > 0 && /\/(?:ba|da)?sh$/.test(shell ?? '')) ?? []
  return name === undefined ? undefined : { name, uid: Number(id), gid: Number(group) }
}

/** Why it cannot be started here at all (a library that is not there, a folder that the account may not enter), if so. */
function whyNot(): string | undefined {
  if (!sshd) return 'there is no sshd'
  if (!account) return 'there is no account that may log in'
  const { error, status, stderr } = spawnSync(sshd, ['-?'], { ...asAccount(), encoding: 'utf8' })
  return error?.message ?? (/^usage: sshd/m.test(stderr) ? undefined : `sshd ended with ${status}: ${stderr.slice(0, 300)}`)
}

function asAccount(): SpawnOptions {
  const libraries = ['../../lib', '../../../lib'].map((path) => join(sshd ?? '', path))
  const path =
    sshd === process.env.SSHD_PATH ? libraries.filter(isThere).flatMap((each) => readdirSync(each).map((name) => join(each, name))) : []
  return {
    env: { PATH: process.env.PATH ?? '', ...(path.length > 0 && { LD_LIBRARY_PATH: path.join(':') }) },
    ...(account && userInfo().uid === 0 && { uid: account.uid, gid: account.gid }),
  }
}

const reason = whyNot()
if (reason) process.stderr.write(`The check against OpenSSH is left out: ${reason}\n`)

describe.skipIf(reason)("OpenSSH's own server with the helper as forced command", () => {
  const directory = mkdtempSync(join(tmpdir(), 'openssh-'))
  const at = (name: string) => join(directory, name)
  const log = at('app.log')
  let server: ChildProcess
  let entry: HostEntry

  beforeAll(async () => {
    const port = await freePort()
    const [host, agent] = [newKeys(), newKeys()]
    const helper = at('oncall-commands')
    copyFileSync(join(import.meta.dirname, '../../../../../deploy/hosts/oncall-commands'), helper)
    chmodSync(helper, 0o755)
    for (const [name, text, mode] of [
      ['host_key', host.private, 0o600],
      ['agent_key', agent.private, 0o600],
      ['commands.conf', `service nginx\nlog ${log}\n`, 0o644],
      ['app.log', 'one\ntwo\nthree\n', 0o644],
      ['authorized_keys', `restrict,command="${helper} ${at('commands.conf')}" ${agent.public.trim()}\n`, 0o600],
      [
        'sshd_config',
        [
          'ListenAddress 127.0.0.1',
          `Port ${port}`,
          `HostKey ${at('host_key')}`,
          `AuthorizedKeysFile ${at('authorized_keys')}`,
          'PidFile none',
          'StrictModes no',
          'UsePAM no',
          'PasswordAuthentication no',
          'KbdInteractiveAuthentication no',
          'DisableForwarding yes',
          'PermitTTY no',
          '',
        ].join('\n'),
        0o644,
      ],
    ] as const) {
      writeFileSync(at(name), text, { mode })
      if (userInfo().uid === 0 && account) chownSync(at(name), account.uid, account.gid)
    }
    chmodSync(directory, 0o755)
    if (userInfo().uid === 0 && account) chownSync(directory, account.uid, account.gid)
    const said = openSync(at('sshd.log'), 'w')
    server = spawn(sshd ?? '', ['-D', '-e', '-f', at('sshd_config')], { ...asAccount(), stdio: ['ignore', 'ignore', said] })
    closeSync(said)
    entry = {
      address: '127.0.0.1',
      port,
      user: account?.name ?? '',
      key: { file: at('agent_key') },
      host_key: host.public.trim(),
      services: ['nginx'],
      logs: [{ file: log }],
    }
    await vi
      .waitFor(() => answers(port), { timeout: 20_000 })
      .catch((error: unknown) => {
        throw new Error(`sshd does not answer: ${readFileSync(at('sshd.log'), 'utf8')}`, { cause: error })
      })
  }, 30_000)
  beforeEach(() => onTestFailed(() => void process.stderr.write(readFileSync(at('sshd.log'), 'utf8').slice(-2_000))))
  afterAll(() => server.kill())

  const answers = (port: number) =>
    new Promise<void>((resolve, reject) => {
      const socket = createConnection(port, '127.0.0.1')
      socket.once('data', () => resolve(void socket.destroy()))
      socket.once('error', reject)
    })
  const signal = () => AbortSignal.timeout(20_000)

  test('runs what is listed, over one connection, and returns it as it is', async () => {
    await using client = createHostClient({ name: 'real', entry })
    expect(await client.run(commandOf(['tail', '-n', '2', log], entry).argv, { signal: signal() })).toMatchObject({
      exitCode: 0,
      stdout: 'two\nthree\n',
    })
    expect((await client.run(commandOf(['df'], entry).argv, { signal: signal() })).stdout).toMatch(/^Filesystem/)
    expect((await client.run(commandOf(['ps'], entry).argv, { signal: signal() })).stdout).toMatch(/PID USER/)
  }, 30_000)

  test('refuses all else: other commands, a shell, and hostile ones past the agent', async () => {
    await using client = createHostClient({ name: 'real', entry })
    for (const line of hostileCommands(['tail -n 2 x'])
      .filter((each) => !each.includes('\0') && each.length < 1_000)
      .slice(0, 30))
      expect((await client.run(line.split(' '), { signal: signal() })).exitCode, line).toBe(126)
    // With OpenSSH's own client: neither a shell nor a terminal, forwarding or file transfer.
    const ssh = (...args: string[]) => {
      const known = at('known_hosts')
      writeFileSync(known, `[127.0.0.1]:${entry.port} ${entry.host_key}\n`)
      const options = [
        '-F',
        'none',
        '-o',
        `UserKnownHostsFile=${known}`,
        '-o',
        'StrictHostKeyChecking=yes',
        '-o',
        'BatchMode=yes',
        '-i',
        entry.key.file,
        '-p',
        String(entry.port),
      ]
      try {
        return execFileSync('ssh', [...options, ...args], { encoding: 'utf8', stdio: 'pipe', timeout: 15_000 })
      } catch (error) {
        return `ended with ${(error as { status: number }).status}`
      }
    }
    const where = `${entry.user}@127.0.0.1`
    if (spawnSync('ssh', ['-V']).error) return
    for (const args of [[where], ['-tt', where, 'sh'], [where, 'timeout 10 df -P -k; id'], ['-s', where, 'sftp']])
      expect(ssh(...args), args.join(' ')).toMatch(/^ended with (?:126|255)$/)
  }, 60_000)

  test('shows another host key: nothing is sent', async () => {
    await using client = createHostClient({ name: 'real', entry: { ...entry, host_key: newKeys().public.trim() } })
    await expect(client.run(['df'], { signal: signal() })).rejects.toMatchObject({ code: 'host_key_changed' })
  }, 20_000)
})
