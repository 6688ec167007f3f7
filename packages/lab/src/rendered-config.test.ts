import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAddressBook } from './address-book.ts'
import { type LabDirectory, locateLabDirectory } from './lab-directory.ts'
import { findProgram } from './programs/find-program.ts'
import { inCache } from './programs/in-cache.ts'
import { onPath } from './programs/on-path.ts'
import { alertmanagerConfig, renderMonitoring, shiftPorts } from './rendered-config.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const FILES = ['prometheus.yaml', 'alerts.yaml', 'alertmanager.yaml']
const OFFSET = 1_234
let state: string
let directory: LabDirectory

beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'lab-render-'))
  const located = locateLabDirectory(root, OFFSET)
  directory = { ...located, prometheusConfig: join(state, 'prometheus.yaml'), alertmanagerConfig: join(state, 'alertmanager.yaml') }
  renderMonitoring({ book: createAddressBook(OFFSET), directory, env: {} })
})
afterAll(() => rmSync(state, { recursive: true, force: true }))

it.each(FILES)('renders %s with other ports and nothing else changed', (name) => {
  const [original, rendered] = [readFileSync(join(root, name), 'utf8'), readFileSync(join(state, name), 'utf8')]
  const back = rendered.replaceAll(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${Number(port) - OFFSET}`)
  expect(back).toBe(original)
  expect(rendered === original).toBe(!/127\.0\.0\.1:\d/.test(original))
})

it('uses the files of the root in place at offset 0', () => {
  const atZero = locateLabDirectory(root, 0)
  expect(atZero.prometheusConfig).toBe(join(root, 'prometheus.yaml'))
  expect(atZero.targetsFile).toBe(join(root, 'targets', 'inventory_targets.json'))
  renderMonitoring({ book: createAddressBook(0), directory: { ...atZero, state: '/nonexistent' }, env: { AGENT_TOKEN: 'off' } }) // Would throw if it wrote.
})

it("gives Alertmanager the agent's token, and leaves the file of the root as it is", () => {
  const lab = { book: createAddressBook(0), directory: { ...locateLabDirectory(root, 0), state }, env: { AGENT_TOKEN: 'a "quoted" token' } }
  renderMonitoring(lab)
  const file = alertmanagerConfig(lab)
  const [original, rendered] = [readFileSync(join(root, 'alertmanager.yaml'), 'utf8'), readFileSync(file, 'utf8')]
  expect(rendered.split('\n').filter((line) => !original.includes(line))).toEqual([
    '          authorization: { credentials: "a \\"quoted\\" token" }',
  ])
  expect(statSync(file).mode & 0o077).toBe(0)
  expect(alertmanagerConfig({ ...lab, env: {} })).toBe(join(root, 'alertmanager.yaml'))
})

it('leaves addresses alone that are none of the lab', () => {
  const book = createAddressBook(10)
  expect(shiftPorts('127.0.0.1:9090 127.0.0.1:8003 127.0.0.1:443 example.com:9090', book)).toBe(
    '127.0.0.1:9100 127.0.0.1:8013 127.0.0.1:443 example.com:9090',
  )
})

it('renders what promtool accepts, where promtool is at hand', async ({ skip }) => {
  const around = {
    searchPath: (process.env.PATH ?? '').split(':'),
    cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oncall-lab'),
    isRoot: false,
    say: () => undefined,
    signal: new AbortController().signal,
  }
  const promtool = await findProgram('promtool', around, [onPath, inCache]).catch(() => null)
  if (!promtool) return skip('promtool is neither on PATH nor in the cache')
  expect(existsSync(directory.prometheusConfig)).toBe(true)
  expect(execFileSync(promtool.path, ['check', 'config', directory.prometheusConfig], { encoding: 'utf8' })).toContain('SUCCESS')
})
