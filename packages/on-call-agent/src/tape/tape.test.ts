import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '@oncall-lab/service-kit/errors'
import { createRedact } from '@oncall-lab/service-kit/redact'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { logEntry, lookTarget, lookTools, withTool } from '../../test-parts/look-tools.ts'
import { oneRun } from '../../test-parts/one-run.ts'
import { call, calls, FIRST_LOOK, NOTE, scriptedModel } from '../../test-parts/scripted-model.ts'
import { ModelError } from '../models/model-error.ts'
import { openTape } from './open-tape.ts'
import { tapeSettings } from './settings.ts'
import { TapeLine } from './tape-line.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oncall-tape-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const SECRET = 'the-very-own-secret-of-this-agent'
const deps = {
  redact: createRedact({ secrets: [SECRET] }),
  onError: (what: string, error: unknown) => expect.unreachable(`${what}: ${error}`),
}

const thinking = () =>
  scriptedModel(({ transcript }) =>
    transcript.some(({ role }) => role === 'assistant') ? calls(NOTE, call('send', 'send_diagnosis', diagnosis())) : FIRST_LOOK,
  )
const noModel = () =>
  scriptedModel(() => {
    throw new ModelError('model_unavailable', 'There is no model server here')
  })
const noWorld = () => [
  lookTarget(
    lookTools().map((tool) => ({
      ...tool,
      run: async () => Promise.reject(new LabError('Nothing is here', { code: 'gone', status: 502 })),
    })),
  ),
]

async function record(targets = [lookTarget()]) {
  const tape = openTape(`record:${directory}`, deps)
  const run = await oneRun({ model: thinking(), parts: { tape, targets: tape?.targets(targets) ?? targets } })
  await tape?.written()
  return run
}
const lines = () =>
  readdirSync(directory).flatMap((name) =>
    readFileSync(join(directory, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )
function play(kind: 'replay' | 'results' | 'fork-2', model = noModel()) {
  const tape = openTape(`${kind}:${directory}`, deps)
  return oneRun({ model, parts: { tape, targets: tape?.targets(noWorld()) ?? [] } })
}

test('a run is one file of lines that fit the published schema, readable by its owner alone', async () => {
  const { incident } = await record()
  const [name = ''] = readdirSync(directory)
  expect(name).toBe(`I1-${incident.id}.jsonl`)
  expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)
  const all = lines()
  for (const line of all) expect(Value.Check(TapeLine, line), JSON.stringify(line)).toBe(true)
  expect(all.map(({ kind }) => kind)).toEqual(['subject', 'sight', 'turn', 'result', 'result', 'turn'])
  expect(all[2].heard.map(({ role }: { role: string }) => role)).toEqual(['system', 'user'])
  expect(all[5].heard.map(({ role }: { role: string }) => role)).toEqual(['tool', 'tool'])
})

test('what is played again gives the same diagnosis and the same page, without a model and without a world', async () => {
  const first = await record()
  const again = await play('replay')
  expect(again.incident.diagnosis).toEqual(first.incident.diagnosis)
  expect(again.page).toBe(first.page)
  const results = (run: typeof first) => run.timeline.flatMap(({ event }) => (event.kind === 'tool_result' ? [event.result] : []))
  expect(results(again)).toEqual(results(first))
  expect(again.errors).toEqual([])
})

test('a changed turn of the model gives another diagnosis', async () => {
  await record()
  const [name = ''] = readdirSync(directory)
  const path = join(directory, name)
  const other = diagnosis({ root_cause: 'It was the cat.', status: 'suspected' })
  const changed = lines().map((line) =>
    line.answer?.tool_calls?.some((made: { id: string }) => made.id === 'send')
      ? { ...line, answer: calls(NOTE, call('send', 'send_diagnosis', other)) }
      : line,
  )
  writeFileSync(path, changed.map((line) => JSON.stringify(line)).join('\n'))
  expect((await play('replay')).incident.diagnosis?.root_cause).toBe('It was the cat.')
})

test('another model reads the recorded results; what was not asked when they were recorded is a failure, never empty', async () => {
  await record()
  const asksMore = scriptedModel(({ transcript }) => {
    if (!transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    if (!transcript.some((message) => message.role === 'tool' && message.tool_call_id === 'more'))
      return calls(call('more', 'list_instances'))
    return calls(NOTE, call('send', 'send_diagnosis', diagnosis({ root_cause: 'Read by somebody else.' })))
  })
  const { incident, timeline } = await play('results', asksMore)
  expect(incident.diagnosis?.root_cause).toBe('Read by somebody else.')
  const asked = timeline.flatMap(({ event }) => (event.kind === 'tool_result' && event.name === 'list_instances' ? [event] : []))
  expect(asked).toMatchObject([{ ok: false, result: expect.stringContaining('not_on_tape') }])
})

test('a fork plays the model up to a turn and lets another one go on from there', async () => {
  await record()
  const heard: string[] = []
  const other = scriptedModel(({ transcript }) => {
    heard.push(transcript.at(-1)?.role ?? '')
    return calls(NOTE, call('send', 'send_diagnosis', diagnosis({ root_cause: 'Said by the second one.' })))
  })
  const { incident, timeline } = await play('fork-2', other)
  expect(incident.diagnosis?.root_cause).toBe('Said by the second one.')
  // Its first turn came from the tape, with the functions that were asked then.
  expect(heard).toEqual(['tool'])
  const called = timeline.flatMap(({ event }) => (event.kind === 'tool_result' && event.ok ? [event.name] : []))
  expect(called.slice(0, 2).toSorted()).toEqual(['compute_error_rate', 'fetch_logs'])
})

test('a target that holds the recorded time is asked what is not on the tape, and no other', async () => {
  await record()
  const asksMore = scriptedModel(({ transcript }) => {
    if (!transcript.some((message) => message.role === 'tool' && message.tool_call_id === 'more'))
      return calls(call('more', 'list_instances'))
    return calls(NOTE, call('send', 'send_diagnosis', diagnosis()))
  })
  const asked = async (asks: string) => {
    const tape = openTape(`fork-2:${directory}`, { ...deps, asks })
    const { timeline } = await oneRun({ model: asksMore, parts: { tape, targets: tape?.targets([lookTarget()]) ?? [] } })
    return timeline.flatMap(({ event }) => (event.kind === 'tool_result' && event.name === 'list_instances' ? [event.ok] : []))
  }
  expect(await asked(lookTarget().id)).toEqual([true])
  expect(await asked('elsewhere')).toEqual([false])
})

test('a failed function and a failed model fail again when they are played', async () => {
  const dead = withTool(lookTools(), 'fetch_logs', async () => {
    throw new LabError('The log is dead', { code: 'upstream_unreachable', status: 502 })
  })
  const tape = openTape(`record:${directory}`, deps)
  await oneRun({ model: noModel(), parts: { tape, targets: tape?.targets([lookTarget(dead)]) ?? [] } })
  await tape?.written()
  const again = await play('replay', thinking())
  expect(again.page).toContain('There is no model server here')
  expect(again.timeline.find(({ event }) => event.kind === 'tool_result' && event.name === 'fetch_logs')?.event).toMatchObject({
    ok: false,
    result: expect.stringContaining('upstream_unreachable'),
  })
})

test('no secret stands on a tape', async () => {
  const leaking = withTool(lookTools(), 'fetch_logs', async () => ({
    window_seconds: 60,
    count: 1,
    entries: [logEntry({ message: `connect with password=hunter2hunter2 or ${SECRET} failed` })],
  }))
  await record([lookTarget(leaking)])
  const text = JSON.stringify(lines())
  expect(text).toContain('connect with password=')
  expect(text).not.toMatch(/hunter2hunter2|the-very-own-secret/)
})

test('nothing is done while a tape is played: its targets have no actions', async () => {
  await record()
  const tape = openTape(`replay:${directory}`, deps)
  const acting = { ...lookTarget(), actions: [], gauges: { names: [] } } as unknown as ReturnType<typeof lookTarget>
  for (const target of tape?.targets([acting]) ?? []) expect(Object.keys(target)).not.toEqual(expect.arrayContaining(['actions']))
})

test.each([
  ['an empty folder', '', 'holds no tape'],
  ['a line that is no JSON', '{"kind":', ':1 is not JSON'],
  ['a line of another form', '{"kind":"turn"}', ':1 is no line of a tape'],
  ['a tape without its subject', JSON.stringify({ kind: 'sight', at: 'x', target: 't', covers: true }), 'does not begin with its subject'],
])('%s is refused at the start, with its place', (_title, text, message) => {
  if (text !== '') writeFileSync(join(directory, 'I1.jsonl'), text)
  expect(() => openTape(`replay:${directory}`, deps)).toThrow(message)
})

test('the setting names how and where', () => {
  expect(['record:data/tapes', 'replay:x', 'results:/y'].every((value) => Value.Check(tapeSettings.MODEL_TAPE, value))).toBe(true)
  expect(['data/tapes', 'record:', 'erase:x'].some((value) => Value.Check(tapeSettings.MODEL_TAPE, value))).toBe(false)
})
