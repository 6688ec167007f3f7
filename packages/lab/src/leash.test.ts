import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { listChildren, readProcess } from '@oncall-lab/service-kit/process-table'
import { expect, it } from 'vitest'
import { until } from '../test-parts/fixture-part.ts'
import { leashed } from './leashed.ts'

function hold(script: string, env: Record<string, string> = {}): ChildProcess {
  const [shell, ...args] = leashed(process.execPath, ['-e', script])
  return spawn(shell, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
}

/** The pid that the program prints when it runs. */
async function programPid(leash: ChildProcess): Promise<number> {
  const [chunk] = leash.stdout ? await once(leash.stdout, 'data') : []
  return Number(String(chunk))
}

const LIVES = 'console.log(process.pid); setInterval(() => {}, 1000);'

it('passes the exit status of the program through', async () => {
  const [code] = await once(hold('process.exit(42)'), 'exit')
  expect(code).toBe(42)
})

it('ends the program when standard input ends', async () => {
  const leash = hold(LIVES)
  const pid = await programPid(leash)
  leash.stdin?.end()
  const [code] = await once(leash, 'exit')
  expect(code).toBe(128 + 15)
  expect(readProcess(pid)).toBeNull()
})

it('ends the program on TERM, waits for it, and reports how it ended', async () => {
  const leash = hold(`process.on('SIGTERM', () => setTimeout(() => process.exit(9), 300)); ${LIVES}`)
  const pid = await programPid(leash)
  leash.kill('SIGTERM')
  const [code] = await once(leash, 'exit')
  expect(code).toBe(9)
  expect(readProcess(pid)).toBeNull()
})

it('leaves no watcher behind when the program ends by itself', async () => {
  const leash = hold(`${LIVES} setTimeout(() => process.exit(0), 200)`)
  await programPid(leash)
  const helpers = listChildren(leash.pid ?? 0).map(({ pid }) => pid)
  expect(helpers.length).toBeGreaterThanOrEqual(2)
  await once(leash, 'exit')
  await until(() => helpers.every((pid) => readProcess(pid) === null))
})

it('kills a program that ignores TERM after its standard input ended', async () => {
  const leash = hold(`process.on('SIGTERM', () => {}); ${LIVES}`, { LEASH_GRACE_SECONDS: '1' })
  const pid = await programPid(leash)
  leash.stdin?.end()
  const [code] = await once(leash, 'exit')
  expect(code).toBe(128 + 9)
  expect(readProcess(pid)).toBeNull()
})
