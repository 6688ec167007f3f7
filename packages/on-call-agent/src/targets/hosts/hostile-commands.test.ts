import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '@oncall-lab/service-kit/errors'
import { startTestHost } from '@oncall-lab/stand-ins/test-host'
import { describe, expect, test } from 'vitest'
import { hostileCommands } from '../../../test-parts/hostile-commands.ts'
import { hostileWords, WIRE } from '../../../test-parts/hostile-words.ts'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { createHostClient } from './client.ts'
import { describeForms, readDiagnostic } from './commands.ts'
import { runDiagnostic } from './run-diagnostic.ts'
import type { HostEntry } from './settings.ts'

const ENTRY: HostEntry = {
  address: '127.0.0.1',
  user: 'oncall',
  key: { file: '/nowhere' },
  host_key: 'ssh-ed25519 AAAA',
  services: ['nginx'],
  urls: ['http://127.0.0.1/'],
  logs: [{ file: '/var/log/nginx/access.log', rotate: '/etc/logrotate.d/nginx' }],
  caches: ['/var/cache/nginx'],
  configurations: [{ service: 'nginx', file: '/etc/nginx/nginx.conf', saved: '/var/backups/nginx.conf' }],
  peers: ['web-prod-01'],
  runaway: { cpu_percent: 80, seconds: 60 },
}
const ALLOWED = [
  'systemctl status nginx',
  'journalctl -u nginx -n 20',
  'df',
  'ps',
  'curl http://127.0.0.1/',
  'tail -n 5 /var/log/nginx/access.log',
  'getent hosts web-prod-01',
  'diff /etc/nginx/nginx.conf',
]
const CHANGES = [
  'systemctl restart nginx',
  'logrotate --force /etc/logrotate.d/nginx',
  'cp -p /var/backups/nginx.conf /etc/nginx/nginx.conf',
  'find /var/cache/nginx -xdev -mindepth 1 -delete',
]
const HOSTILE = hostileCommands(ALLOWED)

describe('commands that the agent sends', () => {
  test('each listed form is taken, with the names that the host lists', () => {
    for (const text of ALLOWED) expect(readDiagnostic(text, ENTRY), text).toMatchObject({ kind: 'run' })
    expect(describeForms(ENTRY)).toContain('systemctl status {nginx}')
    expect(describeForms({ ...ENTRY, caches: [], logs: [] }).some((form) => form.startsWith('tail'))).toBe(false)
  })

  test('of thousands of hostile commands the agent sends none', async () => {
    expect(HOSTILE.length).toBeGreaterThan(300)
    await using host = await startTestHost()
    const entry = host.entry as HostEntry
    await using client = createHostClient({ name: 'web-prod-01', entry })
    const tool = runDiagnostic([{ name: 'web-prod-01', entry, client }])
    const context = { incident: incidentOf('nginx'), signal: AbortSignal.timeout(20_000) }
    const taken: string[] = []
    const there = [...ALLOWED.slice(0, 4), `curl ${entry.urls?.[0]}`, ...ALLOWED.slice(5)]
    const near = hostileWords(there)
    expect(near.length).toBeGreaterThan(1_000)
    for (const command of [...hostileCommands(there), ...near])
      await tool.run({ host: 'web-prod-01', command }, context).then(
        () => taken.push(command),
        (error) => expect(error, command).toBeInstanceOf(LabError),
      )
    expect(taken).toEqual([])
    expect(host.lines).toEqual([])
    await tool.run({ host: 'web-prod-01', command: 'df' }, context)
    expect(host.lines).toEqual(['timeout 10 df -P -k'])
  })

  test('a host that the incident is not about is refused, whatever the command', async () => {
    await using client = createHostClient({ name: 'other', entry: ENTRY })
    const tool = runDiagnostic([{ name: 'other', entry: { ...ENTRY, services: ['mysql'] }, client }])
    const context = { incident: incidentOf('nginx'), signal: AbortSignal.timeout(5_000) }
    await expect(tool.run({ host: 'other', command: 'df' }, context)).rejects.toMatchObject({ code: 'not_seen' })
  })
})

describe('the helper on the host', () => {
  const root = join(import.meta.dirname, '../../../../..')
  const directory = mkdtempSync(join(tmpdir(), 'oncall-helper-'))
  const ran = join(directory, 'ran')
  const bin = join(directory, 'bin')
  const configuration = join(directory, 'commands.conf')
  writeFileSync(
    configuration,
    readFileSync(join(root, 'deploy/hosts/oncall-commands.conf'), 'utf8').replace('sudo -n', '').concat('peer web-prod-01\n'),
  )
  mkdirSync(bin)
  for (const name of [
    'systemctl',
    'journalctl',
    'df',
    'ps',
    'curl',
    'tail',
    'getent',
    'diff',
    'find',
    'cp',
    'kill',
    'logrotate',
    'sh',
    'id',
    'cat',
  ]) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${ran}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  /** With programs that only note that they ran, before those of this computer. */
  const helper = (line: string) =>
    spawnSync(join(root, 'deploy/hosts/oncall-commands'), [configuration, `${bin}:/usr/bin:/bin`], {
      env: { SSH_ORIGINAL_COMMAND: line },
      encoding: 'utf8',
    })
  const whatRan = () => {
    const text = execFileSync('/bin/sh', ['-c', `cat ${ran} 2>/dev/null; rm -f ${ran}`], { encoding: 'utf8' })
    return text.split('\n').filter(Boolean)
  }
  const wire = (text: string) => {
    const decision = readDiagnostic(text, ENTRY)
    if (decision.kind !== 'run') throw new Error(text)
    return ['timeout', '10', ...decision.command.argv].join(' ')
  }

  test('runs each form of the agent as it is', () => {
    for (const text of ALLOWED) expect(helper(wire(text)).status, text).toBe(0)
    expect(whatRan()).toHaveLength(ALLOWED.length)
    for (const line of CHANGES) expect(helper(`timeout 30 ${line}`).status, line).toBe(0)
    expect(whatRan()).toHaveLength(CHANGES.length)
  })

  test('of more than 300 hostile commands it runs none, with the form of the wire or without', () => {
    const hostile = [...hostileCommands(ALLOWED.map(wire)), ...OUTSIDE.map((text) => `timeout 10 ${text}`)].filter(
      (line) => !line.includes('\0'),
    )
    expect(hostile.length).toBeGreaterThan(300)
    const taken = hostile.filter((line) => helper(line).status !== 126)
    expect(taken).toEqual([])
    expect(whatRan()).toEqual([])
  })

  test('of 400 lines that come near to one of its forms it runs none', () => {
    const near = hostileWords([...ALLOWED.map(wire), ...CHANGES.map((line) => `timeout 30 ${line}`)]).filter((line) => !line.includes('\0'))
    // Each takes a process of its own, so every so many of them have their turn.
    const every = Math.ceil(near.length / (400 - WIRE.length))
    const lines = [...WIRE, ...near.filter((_, i) => i % every === 0)]
    expect(lines.length).toBeGreaterThan(300)
    expect(lines.filter((line) => helper(line).status !== 126)).toEqual([])
    expect(whatRan()).toEqual([])
  })

  test('ends no process of root, none below the bound, and no listed service', () => {
    const psSays = (line: string) => {
      writeFileSync(join(bin, 'ps'), `#!/bin/sh\necho "${line}"\n`)
      return helper('timeout 10 kill -TERM 4711').status
    }
    expect(psSays('root 99.0 900')).toBe(126)
    expect(psSays('www-data 79.9 900')).toBe(126)
    expect(psSays('www-data 99.0 59')).toBe(126)
    expect(psSays('')).toBe(126)
    expect(psSays('www-data 99.0 900')).toBe(0)
    writeFileSync(join(bin, 'systemctl'), '#!/bin/sh\necho 4711\n')
    expect(psSays('www-data 99.0 900')).toBe(126)
  })
})

/** Without the mark of the wire they are refused for that alone. */
const OUTSIDE = hostileCommands([])
