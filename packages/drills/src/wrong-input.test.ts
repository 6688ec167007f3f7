import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitStatus } from '@oncall-lab/lab/exit-status'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { buildCli } from './cli.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drills-input-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  vi.restoreAllMocks()
})

/** Runs a command line as `./lab drill` does; returns its status and everything that it says on standard error. */
async function run(args: string[], env: Record<string, string> = {}): Promise<[status: number, said: string]> {
  let said = ''
  vi.spyOn(console, 'error').mockImplementation((text) => {
    said += `${text}\n`
  })
  const status = await exitStatus(async () => {
    const cli = buildCli({ env, say: () => {}, note: () => {}, stopSignal: () => new AbortController().signal })
    for (const command of [cli, ...cli.commands]) command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} })
    await cli.parseAsync(args, { from: 'user' })
  })
  return [status, said]
}

it.each<[args: string[], says: RegExp]>([
  [
    ['new', '1', 'another-one', '--drills', '$folder'],
    /^Drill 1 is there already: .*01-test-alert\.ts\. A drill of yours needs a number of its own, e\.g\. 501\.$/,
  ],
  [
    ['new', '501', 'x', '--drills', '$folder'],
    /^The name must be 3 to 60 small letters, digits and hyphens, such as slow-disk; got "x"\.$/,
  ],
  [['new', '501', 'slow-disk', '--drills', '$folder/a-file'], /a-file.* cannot be used: /],
  [['list', '--drills', '$folder/nowhere'], /^There is no folder of drills at .*nowhere$/],
  [['run', '1', '--agent', 'nonsense'], /^--agent must be an http or https address such as .*, got "nonsense"$/],
  [['run', '1', '--agent', 'ftp://x'], /^--agent must be an http or https address/],
  [['run', '1', '--agents', 'nobody'], /^There is no agent "nobody"; there is lab, .*baselines and everybody$/],
  [['replay', '$folder/nowhere'], /nowhere is no capsule of a run: there is no such file$/],
  [['replay', '$folder/a-file'], /a-file is no capsule of a run: it is no archive that tar and gzip can read$/],
  [['report', '$folder/run', '--html', '$folder/nowhere/x.html'], /is no record of a run: /],
  [['compare', 'a', 'b'], /^There is no run "a" in /],
  [['prove', '1'], /^Drill 1 test-alert moves no figure, so nothing can be proved by one\.$/],
  [['prove', '11', '--claim', 'fault:nope'], /^"fault:nope" is no toggle; there is r6, /],
  [['prove', '11', '--claim', 'inventory.BADGES=maybe'], /^"inventory\.BADGES=maybe" is no toggle; /],
  [['validate', '9999'], /^There is no drill "9999"; \.\/lab drill list shows them$/],
])('drill %j is refused in one line that says what to do', async (args, says) => {
  writeFileSync(join(folder, 'a-file'), 'no archive')
  mkdirSync(join(folder, 'run'))
  writeFileSync(join(folder, 'run', '01-x.seed1.run1.lab.x.json'), '{')
  const [status, said] = await run(args.map((arg) => arg.replace('$folder', folder)))
  expect([status, said.trimEnd().split('\n').length]).toEqual([1, 1])
  expect(said.trimEnd()).toMatch(says)
})

it('a LAB_PORT_OFFSET that is none is named, whatever the command', async () => {
  expect(await run(['list'], { LAB_PORT_OFFSET: 'abc' })).toEqual([1, 'LAB_PORT_OFFSET must be an integer from 0 to 45000, got "abc".\n'])
})

it('two files of one folder with the same id are named', async () => {
  for (const name of ['slow-disk', 'slow-net']) {
    await run(['new', '501', name, '--drills', join(folder, name)])
    copyFileSync(join(folder, name, `501-${name}.ts`), join(folder, `501-${name}.ts`))
  }
  const [status, said] = await run(['list', '--drills', folder])
  expect([status, said]).toEqual([1, expect.stringMatching(/501-slow-net\.ts: 501-slow-disk\.ts beside it has the same id 501/)])
})
