import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isOnPath, runProgram, startProcess } from './process.ts'
import { cpuSeconds, memoryMb } from './process-cost.ts'

const never = new AbortController().signal
const BUSY = 'while (process.cpuUsage().user < 200_000);'

it('knows which programs there are', () => {
  expect(isOnPath('sh')).toBe(true)
  expect(isOnPath('no-such-program')).toBe(false)
})

it('gives what a program printed', async () => {
  expect(await runProgram(['echo', 'seen'], {}, never)).toBe('seen\n')
})

it('passes variables on and keeps to one CPU', async () => {
  expect(await runProgram(['sh', '-c', 'echo "$ANSWER"'], { env: { ANSWER: '42' }, core: 0 }, never)).toBe('42\n')
})

it('tells why a program failed', async () => {
  await expect(runProgram(['sh', '-c', 'echo reason >&2; exit 3'], {}, never)).rejects.toThrow(/ended with 3: reason/)
})

it('ends a program when it is interrupted', async () => {
  const interrupt = new AbortController()
  let pid = 0
  const running = runProgram(['sleep', '60'], { onPid: (is) => (pid = is) }, interrupt.signal)
  interrupt.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
  expect(existsSync(`/proc/${pid}`)).toBe(false)
})

it.runIf(process.platform === 'linux')('ends what it started, also what ignores SIGTERM, and counts its children', async () => {
  const stubborn = startProcess([
    process.execPath,
    '-e',
    `process.on('SIGTERM', () => 0); ${BUSY} console.log('up'); setInterval(() => 0, 1000)`,
  ])
  await expect.poll(() => stubborn.output(), { timeout: 10_000 }).toBe('up\n')
  expect(cpuSeconds(stubborn.pid)).toBeGreaterThan(0.1)
  expect(memoryMb(stubborn.pid).rss).toBeGreaterThan(20)
  expect(memoryMb(stubborn.pid).pss).toBeLessThanOrEqual(memoryMb(stubborn.pid).rss)
  expect(cpuSeconds(process.pid)).toBeGreaterThanOrEqual(cpuSeconds(stubborn.pid))
  await stubborn[Symbol.asyncDispose]()
  expect(existsSync(`/proc/${stubborn.pid}`)).toBe(false)
  expect(cpuSeconds(stubborn.pid)).toBe(0)
})
