import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FLEET_FAULTS, FleetEvent, InstanceList, ReleaseList, SETTINGS, SettingList } from './api.ts'
import { EventLog } from './event-log.ts'
import { RulesFile } from './rules-file.ts'
import { SettingsBook } from './settings-book.ts'

/** Words that tell somebody that what he sees was made. */
const TELLING = /\b(faults?|drills?|inject\w*|chaos|simulat\w*|sabotag\w*|on purpose|trial|experiment|broken by)\b/i
/** Names of modes that are no everyday words. */
const MODES = FLEET_FAULTS.map(({ mode }) => mode).filter((mode) => mode.includes('_'))

it('names no fault, no drill and no injection in what the agent can read of the fleet', () => {
  const told = JSON.stringify([SETTINGS, FleetEvent, InstanceList, ReleaseList, SettingList])
  expect(TELLING.exec(told)?.[0]).toBeUndefined()
  expect(MODES.filter((mode) => told.includes(mode))).toEqual([])
})

it('tells of each setting, in the events, who changed it from what to what, and no more', async () => {
  const events = new EventLog()
  const rollout = {
    async run({ begun }: { begun?: () => void }) {
      begun?.()
      return { ok: true, replaced: [], remaining: [] }
    },
  }
  const book = new SettingsBook({ fleet: { desiredPorts: () => [8001, 8002] }, rollout, events, use: () => undefined })
  for (const { component, setting, usual, pattern } of SETTINGS) {
    const other = ['on', 'missing', 'static', 'always', '9', '50', 'kept', 'by_instance'].find(
      (value) => pattern.test(value) && value !== usual,
    )
    for (const value of [other ?? '', usual]) await book.change({ component, setting, value }, 'POST /settings by maya at 127.0.0.1')
  }
  const told = events.since(0).events
  expect(told).toHaveLength(2 * SETTINGS.length)
  expect(new Set(told.flatMap((event) => Object.keys(event)))).toEqual(
    new Set(['id', 'at', 'type', 'by', 'component', 'setting', 'from', 'to', 'version']),
  )
  expect(TELLING.exec(JSON.stringify(told))?.[0]).toBeUndefined()
})

it('names none of it in a rule that Prometheus shows', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rules-'))
  using cleanUp = new DisposableStack()
  cleanUp.defer(() => rmSync(directory, { recursive: true }))
  for (const rule of ['none', 'by_average', 'by_instance'] as const) {
    await new RulesFile(join(directory, 'targets.json'), 60, (error) => expect.fail(String(error))).write(rule, '127.0.0.1:8003')
    const told = readFileSync(join(directory, 'rules/team.yaml'), 'utf8')
    expect(TELLING.exec(told)?.[0]).toBeUndefined()
    expect(told).not.toContain(rule)
  }
})
