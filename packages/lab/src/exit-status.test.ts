import { writeFileSync } from 'node:fs'
import { afterEach, expect, it, vi } from 'vitest'
import { CliError } from './cli-error.ts'
import { exitStatus } from './exit-status.ts'

afterEach(() => vi.restoreAllMocks())

/** What a command that ends with this error says on standard error. */
async function said(command: () => unknown): Promise<string> {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await exitStatus(async () => command())).toBe(1)
  const [text] = spy.mock.lastCall ?? []
  return String(text)
}

it('a file that the system refuses is named in one line', async () => {
  expect(await said(() => writeFileSync('/nowhere/x.html', ''))).toBe(
    "/nowhere/x.html cannot be used: ENOENT: no such file or directory, open '/nowhere/x.html'",
  )
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
