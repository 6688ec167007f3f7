import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const PLACE = '/opt/oncall-lab'
const UNITS = ['oncall-agent.service', 'oncall-console.service', 'oncall-gateway.service']
let to = ''
beforeEach(() => {
  to = mkdtempSync(join(tmpdir(), 'deploy-host-'))
})
afterEach(() => rmSync(to, { recursive: true }))

const install = () => execFileSync(join(root, 'deploy/host/install'), { env: { ...process.env, DESTDIR: to } })
const below = (path: string) => join(to, path)
const mode = (path: string) => (statSync(below(path)).mode & 0o777).toString(8)

/** The settings of a unit, each with all of its values. */
function settingsOf(unit: string): Map<string, string[]> {
  const settings = new Map<string, string[]>()
  for (const [, name = '', value = ''] of readFileSync(below(`etc/systemd/system/${unit}`), 'utf8').matchAll(/^(\w+)=(.*)$/gm))
    settings.set(name, [...(settings.get(name) ?? []), value])
  return settings
}

test('the installer places units that anyone may read and settings that only their owner reads, and keeps settings that are there', () => {
  install()
  expect(readdirSync(below('etc/systemd/system')).toSorted()).toEqual(UNITS)
  for (const part of ['agent', 'gateway', 'console']) expect([part, mode(`etc/oncall/${part}.env`)]).toEqual([part, '600'])
  expect([mode('etc/oncall'), mode('etc/systemd/system/oncall-agent.service')]).toEqual(['750', '644'])
  writeFileSync(below('etc/oncall/agent.env'), 'AGENT_TOKEN=mine\n')
  install()
  expect(readFileSync(below('etc/oncall/agent.env'), 'utf8')).toBe('AGENT_TOKEN=mine\n')
})

test.each(UNITS)('%s runs a file of the repository as a user of its own, confined', (unit) => {
  install()
  const settings = settingsOf(unit)
  const [command = ''] = settings.get('ExecStart') ?? []
  for (const path of command.split(' '))
    expect([path, existsSync(path.replace(PLACE, root)) || existsSync(join(root, path))]).toEqual([path, true])
  const file = settings.get('EnvironmentFile')?.[0] ?? ''
  expect([file, existsSync(below(file))]).toEqual([file, true])
  for (const [name, value] of [
    ['User', 'oncall'],
    ['NoNewPrivileges', 'yes'],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'yes'],
    ['CapabilityBoundingSet', ''],
    ['UMask', '0077'],
    ['Restart', 'always'],
  ] as const)
    expect([name, settings.get(name)]).toEqual([name, [value]])
})

test('the agent takes the settings that the installer places', () => {
  install()
  const env = parseEnv(readFileSync(below('etc/oncall/agent.env'), 'utf8'))
  const [command = ''] = settingsOf('oncall-agent.service').get('ExecStartPre') ?? []
  const [, ...args] = command.split(' ')
  const NODE_COMPILE_CACHE = join(root, 'node_modules/.cache/oncall-lab')
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env: { NODE_COMPILE_CACHE, ...env }, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
})

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0
test.skipIf(!hasSystemd)('systemd finds nothing wrong with the units', () => {
  install()
  const units = UNITS.map((unit) => below(`etc/systemd/system/${unit}`))
  // It looks whether the programs are there.
  for (const unit of units) writeFileSync(unit, readFileSync(unit, 'utf8').replaceAll(PLACE, root))
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' })
  expect([status, stdout, stderr]).toEqual([0, '', ''])
})
