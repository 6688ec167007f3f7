import { LabError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { call } from '../../test-parts/scripted-model.ts'
import type { Incident } from '../api.ts'
import { callTool } from './call-tool.ts'
import { LIMITS } from './limits.ts'
import { defineTool, type Tool } from './tool.ts'

const incident: Incident = {
  id: 'i',
  ref: 'I1',
  status: 'investigating',
  severity: 'critical',
  service: 'inventory',
  alerts: [],
  opened_at: '2026-11-21T10:00:00.000Z',
  diagnosed_at: null,
  resolved_at: null,
  diagnosis: null,
  ticket: null,
}
const never = new Promise<object>(() => {})
const look = (run: Tool['run']) =>
  defineTool({
    name: 'look',
    description: 'looks',
    parameters: Type.Object({ seconds: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    run,
    summarise: () => 'It looked.',
  })
const ask = (
  run: Tool['run'],
  args: unknown = { seconds: 1 },
  { name = 'look', signal = new AbortController().signal, limits = LIMITS } = {},
) => callTool([look(run)], call('c1', name, args), { incident, limits, signal })
const error = (result: string) => JSON.parse(result).error

test('a result is the JSON of what the function gives', async () => {
  expect(await ask(async (args) => ({ args }))).toMatchObject({
    ok: true,
    result: '{"args":{"seconds":1}}',
    call: { id: 'c1' },
    durationMs: expect.any(Number),
  })
})

test('a function that does not exist is answered with those that do', async () => {
  const { ok, result } = await ask(async () => ({}), {}, { name: 'rm' })
  expect(ok).toBe(false)
  expect(error(result)).toEqual({ code: 'unknown_function', message: 'There is no function rm; there are: look' })
})

test.each([
  ['{"seconds": 1', 'not JSON'],
  ['null', 'arguments'],
  ['', 'arguments'],
  [{ seconds: 'one' }, 'seconds'],
  [{ second: 1 }, 'arguments'],
])('arguments %j never reach the function', async (args, named) => {
  let ran = false
  const { ok, result } = await ask(async () => {
    ran = true
    return {}
  }, args)
  expect([ok, ran, error(result).code]).toEqual([false, false, 'invalid_arguments'])
  expect(error(result).message).toContain(named)
})

test('arguments whose intention is plain reach the function mended', async () => {
  const { ok, result } = await ask(async (args) => ({ args }), { Seconds: '90 s', to: 'x' })
  expect([ok, result]).toEqual([true, '{"args":{"seconds":90}}'])
})

test('a result of a million members is not written out to be measured, and an error’s text is cut', async () => {
  const huge = Array.from({ length: 1_000_000 }, (_, i) => ({ i }))
  expect(error((await ask(async () => ({ huge }))).result).code).toBe('result_too_large')
  const fails = async () => {
    throw new Error('x'.repeat(1_000_000))
  }
  expect((await ask(fails)).result.length).toBeLessThan(1_000)
})

test('a function that fails says so with its code, or as tool_failed; thrown at once or later', async () => {
  const refuse = async () => {
    throw new LabError('no such file', { code: 'no_such_file', status: 404 })
  }
  const burst = () => {
    throw new TypeError('a programming mistake')
  }
  expect(error((await ask(refuse)).result)).toEqual({ code: 'no_such_file', message: 'no such file' })
  expect(error((await ask(burst)).result)).toEqual({ code: 'tool_failed', message: 'a programming mistake' })
})

test('a function that ignores its signal is given up after its time', async () => {
  const { ok, result, durationMs } = await ask(() => never, undefined, { limits: { ...LIMITS, toolMs: 30 } })
  expect(ok).toBe(false)
  expect(error(result).code).toBe('tool_timeout')
  expect(durationMs).toBeLessThan(2_000)
})

test('a function that ignores its signal is given up as soon as the investigation is', async () => {
  const ending = new AbortController()
  const asked = ask(() => never, undefined, { signal: ending.signal })
  ending.abort()
  expect(error((await asked).result).code).toBe('tool_timeout')
  expect(error((await ask(() => never, undefined, { signal: ending.signal })).result).code).toBe('tool_timeout')
})

test('a result that is too large is a failure and never cut silently', async () => {
  const { ok, result } = await ask(async () => ({ text: 'x'.repeat(LIMITS.resultChars) }))
  expect(ok).toBe(false)
  expect(error(result)).toEqual({ code: 'result_too_large', message: expect.stringMatching(/^The result has more than 24000 characters/) })
})

test('no credential leaves a function, neither in a result nor in an error', async () => {
  const secret = 'postgres://shop:hunter22@db/shop'
  const fails = async () => {
    throw new Error(`cannot connect to ${secret}`)
  }
  for (const outcome of [await ask(async () => ({ secret })), await ask(fails)]) {
    expect(outcome.result).toContain('[redacted]')
    expect(outcome.result).not.toContain('hunter22')
  }
})
