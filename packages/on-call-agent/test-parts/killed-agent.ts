import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { deadAddress } from './fault-proxy.ts'

/** A second when nothing else runs; on a crowded machine over a minute was seen. */
const READY_WITHIN_MS = 300_000

/** What was compiled is kept from one start to the next: a third of a start. */
const COMPILED = join(tmpdir(), 'oncall-lab-trial-compiled')

/** An agent on one port that is killed without warning, and started again. It ends with this process. */
export async function startKilledAgent(environment: Record<string, string>) {
  const port = new URL(await deadAddress()).port
  const url = `http://127.0.0.1:${port}`
  const env = {
    ...process.env,
    ...environment,
    AGENT_PORT: port,
    PUBLIC_URL: url,
    LOG_LEVEL: 'silent',
    LAB_LEASH: 'stdin',
    NODE_COMPILE_CACHE: COMPILED,
  }
  const isUp = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  const start = async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], { env, stdio: ['pipe', 'ignore', 'ignore'] })
    const ended = once(child, 'exit')
    for (const end = Date.now() + READY_WITHIN_MS; !(await isUp()); await sleep(20))
      if (Date.now() > end) throw new Error(`The agent was not ready within ${READY_WITHIN_MS / 1_000} s`)
    return { child, ended }
  }
  let running = await start()
  const kill = async () => {
    running.child.kill('SIGKILL')
    await running.ended
  }
  return {
    url,
    kill,
    async killAndRestart() {
      await kill()
      running = await start()
    },
    /** As Alertmanager does: again and again until it is answered with 2xx. Returns how often it had to be sent. */
    async post(path: string, body: object): Promise<number> {
      for (let attempt = 1, pauseMs = 100; ; attempt += 1, pauseMs = Math.min(2 * pauseMs, 1_600)) {
        const status = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(10_000),
        }).then(
          (reply) => reply.status,
          () => 0,
        )
        if (status >= 200 && status < 300) return attempt
        if (status >= 400 && status < 500) throw new Error(`POST ${path} was answered ${status}`)
        await sleep(pauseMs)
      }
    },
  }
}
