import { writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { LabError } from '@oncall-lab/service-kit/errors'
import { afterEach, expect, it, vi } from 'vitest'
import { CliError } from './cli-error.ts'
import { exitStatus } from './exit-status.ts'
import { StopRequested } from './stop-signal.ts'

afterEach(() => vi.restoreAllMocks())

/** What a command that ends with this error says on standard error. */
async function said(command: () => unknown, status = 1): Promise<string> {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await exitStatus(async () => command())).toBe(status)
  const [text] = spy.mock.lastCall ?? []
  return String(text)
}

it('a file that the system refuses is named in one line', async () => {
  expect(await said(() => writeFileSync('/nowhere/x.html', ''))).toBe(
    "/nowhere/x.html cannot be used: ENOENT: no such file or directory, open '/nowhere/x.html'",
  )
})

it('a wait that a signal ended is a stop, and what a service refuses is told in its words', async () => {
  const signal = AbortSignal.abort(new StopRequested('SIGINT', 130))
  expect(await said(() => setTimeout(1_000, undefined, { signal }), 130)).toBe('Stopped (SIGINT); everything is down.')
  const refused = async () => {
    throw new LabError('release must be one of r1', { code: 'x', status: 400 })
  }
  expect(await said(refused)).toBe('release must be one of r1')
})

it('a mistake of ours shows its stack, what a person is told does not', async () => {
  const broken = () => {
    throw new TypeError('no')
  }
  expect(await said(broken)).toMatch(/TypeError: no\n {4}at /)
  expect(
    await said(() => {
      throw new CliError('There is none.')
    }),
  ).toBe('There is none.')
})
