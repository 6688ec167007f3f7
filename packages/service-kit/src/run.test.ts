import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

const RUN = new URL('./run.ts', import.meta.url).href

/** A process that runs `runProcess` and says when it is up and when it closes. */
function start(body: string, leash: boolean): ChildProcess {
  const code = `import { runProcess } from ${JSON.stringify(RUN)}
    await runProcess(async () => { ${body} }, { leash: ${leash} })
    console.log('up')
    setInterval(() => {}, 1000)`
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'pipe'] })
}

const CLOSES = `return { close: async () => { console.log('closed') } }`

async function collect(child: ChildProcess, act: () => void): Promise<{ text: string; code: number | null }> {
  let text = ''
  let acted = false
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk
      if (!acted && text.includes('up')) {
        acted = true
        act()
      }
    })
  }
  await once(child, 'close')
  return { text, code: child.exitCode }
}

describe('runProcess', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('closes in order on %s', async (signal) => {
    const child = start(CLOSES, false)
    expect(await collect(child, () => child.kill(signal))).toEqual({ text: 'up\nclosed\n', code: 0 })
  })

  it('closes when standard input ends, if it is on a leash', async () => {
    const child = start(CLOSES, true)
    expect(await collect(child, () => child.stdin?.end())).toEqual({ text: 'up\nclosed\n', code: 0 })
  })

  it('closes once when the signal comes twice', async () => {
    const child = start(CLOSES, false)
    const twice = () => {
      child.kill('SIGINT')
      child.kill('SIGINT')
    }
    expect(await collect(child, twice)).toEqual({ text: 'up\nclosed\n', code: 0 })
  })

  it.each([
    ['uncaughtException', `setTimeout(() => { throw new Error('nobody caught me') })`],
    ['unhandledRejection', `setTimeout(() => { void Promise.reject(new Error('nobody caught me')) })`],
  ])('ends with a line in the log on an %s', async (origin, fails) => {
    const { text, code } = await collect(start(`${fails}\n${CLOSES}`, false), () => {})
    expect(text).toContain(`${origin}: Error: nobody caught me`)
    expect(code).toBe(1)
  })

  it('tells a port that is taken in one line', async () => {
    const child = start(
      `throw Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:9'), { code: 'EADDRINUSE' })`,
      false,
    )
    const { text, code } = await collect(child, () => {})
    expect(text).toBe('Cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:9. Another process holds that port.\n')
    expect(code).toBe(1)
  })
})
