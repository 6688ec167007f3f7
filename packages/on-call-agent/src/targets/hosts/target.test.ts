import { mkdtempSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { startTestHost } from '@oncall-lab/stand-ins/test-host'
import { expect, onTestFinished, test, vi } from 'vitest'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { nothingRemembered } from '../../../test-parts/nothing-remembered.ts'
import type { Action } from '../../actions/action.ts'
import type { CheckHostResult, RunDiagnosticResult } from '../../host-functions.ts'
import type { Target } from '../target.ts'
import { hosts } from './target.ts'

const connect = (file: string) => hosts.connect({ INFRASTRUCTURE: file }, { onError: () => undefined, remembered: nothingRemembered })
const incident = incidentOf('nginx', { hostname: 'web-prod-01.company.com' })
const context = () => ({ incident, signal: AbortSignal.timeout(15_000) })

function targetOf(file: string): Target {
  const connection = connect(file)
  if (connection.kind === 'off') throw new Error('off')
  return connection.port
}

async function call<T>(target: Target, name: string, args: object): Promise<T> {
  const tool = target.functions.find((each) => each.name === name)
  if (!tool) throw new Error(`no function ${name}`)
  return (await tool.run(args, context())) as T // Each caller names the documented form.
}

const actionOf = ({ actions: [action] = [] }: Target): Action => action as Action // There is one.
const remedy = (name: string, subject: string) => ({ host: 'web-prod-01', remedy: name, subject })

/** Simulates, runs once, and reads what came of it, as the agent does. */
async function repair(target: Target, args: object) {
  const action = actionOf(target)
  const check = await action.check(args, context())
  if (check.kind === 'refuse') throw new Error(check.message)
  const before = await action.before(args, context())
  const output = await action.run(args, context())
  return { simulation: check.simulation, before, output, outcome: await action.readOutcome(args, before, context()) }
}

const troubles = async ({ gauges }: Target) => (await gauges?.slis[0]?.read(incident, AbortSignal.timeout(15_000)))?.now

test('a machine that is well is read in one look, and a service that died is seen, restarted once, and well again', async () => {
  await using host = await startTestHost()
  const target = targetOf(host.infrastructure)
  expect(await target.covers(incident, context().signal)).toBe(true)
  expect(await target.covers(incidentOf('mysql'), context().signal)).toBe(false)
  const well = await call<CheckHostResult>(target, 'check_host', {})
  expect(well).toMatchObject({ complete: true, hosts: [{ services: [{ service: 'nginx', state: 'active' }], pages: [{ status: 200 }] }] })
  expect(well.hosts[0]).toMatchObject({
    disks: [{ mount: '/' }],
    configurations: [{ differs: false }],
    files: [{ kind: 'log' }, { kind: 'cache' }],
  })
  expect(await troubles(target)).toBe(0)

  await host.breakages.break('nginx')
  const broken = await call<CheckHostResult>(target, 'check_host', {})
  expect(broken.hosts[0]).toMatchObject({ services: [{ state: 'failed', result: 'signal', main_pid: null }], pages: [{ status: null }] })
  expect(await troubles(target)).toBe(2)
  const status = await call<RunDiagnosticResult>(target, 'run_diagnostic', { host: 'web-prod-01', command: 'systemctl status nginx' })
  expect(status).toMatchObject({ exit_code: 3, stdout: expect.stringContaining('Active: failed (Result: signal)') })

  const { simulation, outcome } = await repair(target, remedy('restart_service', 'nginx'))
  expect(simulation).toMatch(/^On web-prod-01 this would run: systemctl restart nginx. It is failed/)
  expect(outcome).toMatchObject({ kind: 'done' })
  expect(await troubles(target)).toBe(0)
  expect(host.lines.filter((line) => line.includes('restart'))).toEqual(['timeout 30 systemctl restart nginx'])
})

test('a full disk is seen with what fills it; rotating the log frees it', async () => {
  await using host = await startTestHost()
  const target = targetOf(host.infrastructure)
  await host.breakages.break('disk')
  const {
    hosts: [reading],
  } = await call<CheckHostResult>(target, 'check_host', {})
  expect(reading?.disks[0]?.used_percent).toBe(100)
  expect(reading?.pages[0]?.status).toBe(500)
  const { outcome } = await repair(target, remedy('rotate_log', '/var/log/nginx/access.log'))
  expect(outcome).toMatchObject({ kind: 'done' })
  expect(await troubles(target)).toBe(0)
  await repair(target, remedy('clear_cache', '/var/cache/nginx'))
  expect(await actionOf(target).check(remedy('clear_cache', '/var/cache/nginx'), context())).toMatchObject({ reason: 'nothing_to_do' })
})

test('a broken configuration is seen; its saved copy is restored, and can be taken back', async () => {
  await using host = await startTestHost()
  const target = targetOf(host.infrastructure)
  await host.breakages.break('config')
  const journal = await call<RunDiagnosticResult>(target, 'run_diagnostic', { host: 'web-prod-01', command: 'journalctl -u nginx -n 20' })
  expect(journal.stdout).toMatch(/nginx: \[emerg\] unknown directive "keepalive_timeoutt" in \/etc\/nginx\/nginx.conf:5/)
  const args = remedy('restore_configuration', '/etc/nginx/nginx.conf')
  const { simulation, before, outcome } = await repair(target, args)
  expect(simulation).toContain('+keepalive_timeoutt 65;')
  expect(outcome).toMatchObject({ kind: 'done' })
  expect(await troubles(target)).toBe(0)
  // The restart that belongs to it fails, as it did before.
  await expect(actionOf(target).undo?.(args, before, context())).rejects.toThrow(/systemctl restart nginx failed/)
  expect(await troubles(target)).toBe(3)
})

test('a runaway process is ended; the service itself and what is below the bound are not', async () => {
  await using host = await startTestHost()
  const target = targetOf(host.infrastructure)
  const check = (subject: string) => actionOf(target).check(remedy('end_process', subject), context())
  expect(await check(String(host.unit.state.pid))).toMatchObject({ kind: 'refuse', reason: 'protected' })
  expect(await check('1')).toMatchObject({ kind: 'refuse' })
  expect(await check(String(process.pid))).toMatchObject({ kind: 'refuse', reason: 'nothing_to_do' })
  await host.breakages.break('cpu')
  const pid = String(host.breakages.busyPid())
  expect(await check(pid)).toMatchObject({ reason: 'below_bound' })
  await vi.waitFor(async () => expect(await check(pid)).toMatchObject({ kind: 'ok' }), { timeout: 10_000, interval: 200 })
  expect((await repair(target, remedy('end_process', pid))).outcome).toBeDefined()
  await vi.waitFor(() => expect(host.breakages.busyPid()).toBeUndefined())
})

test('a connection that is cut in the middle of a restart: it is read from the machine that it ran, and it ran once', async () => {
  const sockets = new Set<Socket>()
  await using host = await startTestHost((line) => {
    if (line.includes('restart')) for (const socket of sockets) socket.destroy()
  })
  const cutting = createServer((incoming) => {
    const outgoing = createConnection(host.ports.ssh, '127.0.0.1')
    for (const socket of [incoming, outgoing]) sockets.add(socket.on('error', () => undefined))
    incoming.pipe(outgoing).pipe(incoming)
  })
  await new Promise<void>((resolve) => cutting.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    cutting.close()
  })
  const file = join(mkdtempSync(join(tmpdir(), 'hosts-')), 'infrastructure.json')
  const { port } = cutting.address() as AddressInfo // It listens on TCP.
  writeFileSync(file, JSON.stringify({ hosts: { 'web-prod-01': { ...host.entry, port } } }))
  const action = actionOf(targetOf(file))
  await host.breakages.break('nginx')
  const args = remedy('restart_service', 'nginx')
  const before = await action.before(args, context())
  await expect(action.run(args, context())).rejects.toMatchObject({
    code: 'connection_lost',
    message: expect.stringContaining('what it did there is not known'),
  })
  await vi.waitFor(async () => expect(await action.readOutcome(args, before, context())).toMatchObject({ kind: 'done' }), {
    timeout: 10_000,
    interval: 100,
  })
  expect(host.lines.filter((line) => line.includes('restart'))).toHaveLength(1)
})

test('what is not listed is refused, and nothing is sent for it', async () => {
  await using host = await startTestHost()
  const action = actionOf(targetOf(host.infrastructure))
  for (const [name = '', subject = ''] of [
    ['restart_service', 'sshd'],
    ['restart_service', 'nginx; id'],
    ['rotate_log', '/etc/shadow'],
    ['rotate_log', '/var/cache/nginx'],
    ['clear_cache', '/'],
    ['clear_cache', '/var/cache/nginx/../..'],
    ['restore_configuration', '/etc/passwd'],
    ['end_process', '-1'],
    ['end_process', '4711 1'],
  ])
    expect(await action.check(remedy(name, subject), context()), `${name} ${subject}`).toMatchObject({
      kind: 'refuse',
      reason: 'not_listed',
    })
  expect(host.lines).toEqual([])
})

test.each([
  [{ services: ['nginx; id'] }, 'services.0'],
  [{ host_key: undefined }, 'host_key'],
  [{ caches: ['/var'] }, 'caches.0'],
  [{ caches: ['/var/cache/../..'] }, 'caches.0'],
  [{ logs: [{ file: '/var/log/$(id)' }] }, 'logs.0.file'],
  [{ urls: ['http://127.0.0.1/?x=`id`'] }, 'urls.0'],
  [{ user: 'root -o x' }, 'user'],
  [{ password: 'x' }, 'password'],
])('an entry with %j is refused at start', async (over, place) => {
  const directory = mkdtempSync(join(tmpdir(), 'hosts-'))
  const file = join(directory, 'infrastructure.json')
  const key = join(directory, 'key')
  writeFileSync(key, '')
  const entry = { address: '10.0.0.1', user: 'oncall', key: { file: key }, host_key: 'ssh-ed25519 AAAA', services: ['nginx'] }
  writeFileSync(file, JSON.stringify({ hosts: { web: entry } }))
  expect(connect(file).kind).toBe('on')
  writeFileSync(file, JSON.stringify({ hosts: { web: { ...entry, ...over } } }))
  expect(() => connect(file)).toThrow(ConfigError)
  expect(() => connect(file)).toThrow(`hosts.web${place === 'host_key' ? '' : `.${place}`} `)
})
