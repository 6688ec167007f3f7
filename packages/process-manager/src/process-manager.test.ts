import { readFileSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { runProcessManager } from '../test-parts/running-process-manager.ts'

const isAlive = (pid: number | null) => {
  try {
    return pid !== null && process.kill(pid, 0)
  } catch {
    return false
  }
}
const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.unref()
  })
const readTargets = (path: string): string[] => JSON.parse(readFileSync(path, 'utf8'))[0].targets

// Four process managers with instances of their own at once: a busy machine needs more than the usual time for them.
describe.concurrent('the process manager', { timeout: 120_000 }, () => {
  it('starts, scales and stops real instances, and the targets file is whole at every moment', async ({ expect }) => {
    await using manager = await runProcessManager(1)
    const { firstPort: first, targetsFile, send } = manager
    await manager.untilRunning(1)
    let reads = 0
    using reading = new DisposableStack()
    const timer = setInterval(() => {
      const targets = readTargets(targetsFile)
      expect(targets.every((target) => /^127\.0\.0\.1:\d+$/.test(target))).toBe(true)
      reads++
    }, 1)
    reading.defer(() => clearInterval(timer))

    expect((await send('POST', '/scale', { replicas: 3 })).json).toEqual({
      ok: true,
      started: [first + 1, first + 2],
      stopped: [],
      replicas: 3,
    })
    expect((await send('GET', '/backends')).json).toMatchObject({ backends: [0, 1, 2].map((i) => `http://127.0.0.1:${first + i}`) })
    expect(readTargets(targetsFile)).toHaveLength(3)
    expect((await send('POST', '/stop', { port: first })).json).toEqual({ ok: true, started: [], stopped: [first], replicas: 2 })
    expect(await answers(first)).toBe(false)
    const pid = (await manager.instances())[0]?.pid ?? null
    expect((await send('POST', '/stop', { pid })).json).toMatchObject({ stopped: [first + 1], replicas: 1 })
    expect((await send('POST', '/start')).json).toMatchObject({ ok: true, started: [first], replicas: 2 })
    // Asked for at once: the last one wins.
    await Promise.all([send('POST', '/scale', { replicas: 4 }), send('POST', '/scale', { replicas: 1 })])
    expect((await manager.instances()).map(({ port }) => port)).toEqual([first])
    reading.dispose()
    expect(reads).toBeGreaterThan(50)
    expect(readTargets(targetsFile)).toEqual([`127.0.0.1:${first}`])
    expect(statSync(targetsFile).mode & 0o777).toBe(0o644)

    manager.kill('SIGTERM')
    expect(await manager.exited).toEqual({ code: 0, signal: null })
    // Prometheus then sees it down.
    expect(readTargets(targetsFile)).toEqual([`127.0.0.1:${first}`])
    expect(await answers(first)).toBe(false)
  })

  it('refuses bad input, names the field and leaves the fleet as it is', async ({ expect }) => {
    await using manager = await runProcessManager(1)
    const { firstPort: first, send } = manager
    const before = await manager.untilRunning(1)
    // Held by somebody else.
    const other = createServer().listen(first + 1, '127.0.0.1')
    const table = [
      ['/scale', { replicas: 5 }, 400, 'body.replicas must be at most 4'],
      ['/scale', { replicas: 4 }, 409, 'only 2 free ports'],
      ['/scale', { replicas: -1 }, 400, 'body.replicas'],
      ['/scale', { replicas: '2' }, 400, 'body.replicas'],
      ['/scale', {}, 400, 'body.replicas'],
      ['/scale', { replicas: 1, force: true }, 400, 'body.force'],
      ['/start', null, 400, 'body must be object'],
      ['/rolling-restart', null, 400, 'body must be object'],
      ['/scale', null, 400, 'body must be object'],
      ['/start', { port: first + 4 }, 400, 'body.port'],
      ['/start', { port: first }, 409, 'body.port'],
      ['/start', { port: first + 1 }, 409, 'another process holds'],
      ['/stop', {}, 400, 'exactly one'],
      ['/stop', { port: first, pid: 1 }, 400, 'exactly one'],
      ['/stop', { port: first + 2 }, 404, `there are ${first} (running, pid`],
      ['/stop', { pid: 1 }, 404, 'body.pid 1'],
      ['/fault', { mode: 'flood' }, 400, 'body.mode'],
      ['/fault', {}, 400, 'body.mode'],
      ['/fault', { mode: 'errors', p_error: 2 }, 400, 'body.p_error'],
      ['/fault', { mode: 'errors', error_rate: 1 }, 400, 'body.error_rate'],
      ['/fault', { mode: 'latency', latency_ms: 0 }, 400, 'body.latency_ms'],
      ['/fault', { mode: 'latency', ttl_seconds: 901 }, 400, 'body.ttl_seconds'],
      ['/fault', { mode: 'oom_safe', memory_mb: 257 }, 400, 'body.memory_mb'],
      ['/fault', { mode: 'cpu', cpu_share: 1 }, 400, 'body.cpu_share'],
      ['/fault', { mode: 'lock', p_error: 0.5 }, 400, 'body.p_error does not go with lock'],
      ['/fault', { mode: 'slow_query', ports: [first] }, 400, 'body.ports does not go with slow_query'],
      ['/fault', { mode: 'db_down' }, 409, 'PM_DATABASE_HOLD_FILE'],
      ['/fault', { mode: 'crash', ports: [] }, 400, 'body.ports'],
      ['/fault', { mode: 'crash', ports: [first, first + 3] }, 400, `there are ${first}`],
    ] as const
    for (const [path, body, status, says] of table) {
      const answer = await send('POST', path, body)
      expect([path, body, answer.status]).toEqual([path, body, status])
      expect(answer.text).toContain(says)
    }
    other.close()
    expect(await manager.instances()).toEqual(before)
    expect((await send('GET', '/fault')).json).toEqual({ faults: [] })
    await send('POST', '/scale', { replicas: 0 })
    expect((await send('POST', '/fault', { mode: 'errors' })).status).toBe(409)
  })

  it('sends a fault to the ports named only, tells of it at GET /fault only, and makes a crash a crash loop', async ({ expect }) => {
    await using manager = await runProcessManager(2)
    const { firstPort: first, targetsFile, send } = manager
    await manager.untilRunning(2)
    const marked = { mode: 'errors', p_error: 1, latency_ms: 12_371, ttl_seconds: 877, ports: [first + 1] }
    expect((await send('POST', '/fault', marked)).json).toEqual({ ok: true, results: [{ port: first + 1, ok: true }] })
    expect((await fetch(`http://127.0.0.1:${first}/items/1`)).status).toBe(200)
    expect((await fetch(`http://127.0.0.1:${first + 1}/items/1`)).status).toBe(503)
    const active = (await send('GET', '/fault')).json
    expect(active).toMatchObject({ faults: [{ port: first + 1, mode: 'errors', p_error: 1, latency_ms: 12_371 }] })
    for (const path of ['/instances', '/metrics', '/healthz', '/backends']) {
      expect(/\bfaults?\b|p_error\b|latency_ms|12371|\b877\b|"mode"|\berrors\b/.exec((await send('GET', path)).text)).toBeNull()
    }

    await send('POST', '/fault', { mode: 'crash', ports: [first + 1] })
    const metric = `process_manager_instance_restarts_total{port="${first + 1}"}`
    expect((await send('GET', '/metrics')).text).toContain(`${metric} 0`)
    await vi.waitFor(async () => expect((await send('GET', '/metrics')).text).toContain(`${metric} 2`), { timeout: 20_000, interval: 100 })
    const [untouched, crashed] = await manager.instances()
    expect(untouched).toMatchObject({ restarts: 0, last_exit: null })
    expect(crashed).toMatchObject({ restarts: 2, last_exit: { code: null, signal: 'SIGKILL' } })
    // Still a target, so that its absence is seen.
    expect(readTargets(targetsFile)).toHaveLength(2)
    expect((await send('POST', '/fault', { mode: 'none' })).json).toMatchObject({ ok: true })
    expect((await send('GET', '/fault')).json).toEqual({ faults: [] })
    await manager.untilRunning(2)
  })

  it('leaves no instance alive and no port held when it is killed', async ({ expect }) => {
    await using manager = await runProcessManager(2)
    const fleet = await manager.untilRunning(2)
    manager.kill('SIGKILL')
    await manager.exited
    await vi.waitFor(() => expect(fleet.filter(({ pid }) => isAlive(pid))).toEqual([]), { timeout: 10_000 })
    expect(await Promise.all(fleet.map(({ port }) => answers(port)))).toEqual([false, false])
  })
})

it('overwrites what an earlier process manager left in the targets file', async () => {
  await using manager = await runProcessManager(0)
  await vi.waitFor(() => expect(readTargets(manager.targetsFile)).toEqual([]))
})
