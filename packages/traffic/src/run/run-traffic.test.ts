import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { parseOptions } from '../options.ts'
import { createPlainProgress } from '../output/progress.ts'
import { runTraffic } from './run-traffic.ts'

/** A shop made for a test, and what it was asked. */
async function startShop(answer: RequestListener) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    answer(request.resume(), response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A TCP server's address is no string.
  return {
    url,
    seen,
    async [Symbol.asyncDispose]() {
      server.close().closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function run(url: string, flags: string, signal = new AbortController().signal) {
  const lines: string[] = []
  const progress = createPlainProgress((line) => lines.push(line))
  const report = await runTraffic(parseOptions(['--url', url, ...flags.split(' ')], {}), { progress, watchers: [] }, signal)
  return { report, lines }
}

test('the rate is reached, every request is counted once, 404 is an answer', async () => {
  await using shop = await startShop((request, response) => response.writeHead(request.method === 'GET' ? 404 : 200).end())
  const flags = '--rps 200 --duration 2 --report-every 0.5 --seed 1 --put-frac 0.3 --list-frac 0 --reserve-frac 0'
  const { report, lines } = await run(shop.url, flags)
  expect(report.sent).toBeGreaterThan(330)
  expect(report.sent).toBeLessThan(470)
  expect(report).toMatchObject({
    sent: shop.seen.length,
    ok: report.sent,
    errors: 0,
    dropped: 0,
    error_percent: 0,
    seconds: 2,
    interrupted: false,
  })
  expect((report.by_outcome['2xx'] ?? 0) / report.sent).toBeCloseTo(0.3, 1)
  expect((report.by_outcome['4xx'] ?? 0) / report.sent).toBeCloseTo(0.7, 1)
  const rolling = lines.filter((line) => /^\d/.test(line))
  expect(rolling.length).toBeGreaterThanOrEqual(3)
  for (const line of [...rolling, lines.at(-1)])
    expect(line).toMatch(/sent \d+ {2}ok \d+ {2}errors \d+ {2}rps [\d.]+ {2}p50 .* {2}p95 .* {2}p99 .* {2}error [\d.]+ %/)
})

test('a stall of two seconds shows in the percentiles', async () => {
  let stalled = true
  let firstAt = Number.NaN
  let releasedAt = Number.NaN
  const held: ServerResponse[] = []
  await using shop = await startShop((_, response) => {
    if (Number.isNaN(firstAt)) firstAt = performance.now()
    if (stalled) held.push(response)
    else response.end()
  })
  const begunAt = performance.now()
  setTimeout(() => {
    stalled = false
    releasedAt = performance.now()
    for (const response of held) response.end()
  }, 2_000)
  const { report } = await run(shop.url, '--rps 200 --duration 4 --max-concurrency 100 --seed 1')
  // As long as the stall really was on this machine, and no longer than the run.
  expect(report.p99_ms).toBeGreaterThan((releasedAt - firstAt) * 0.85)
  expect(report.max_ms).toBeLessThan(performance.now() - begunAt)
  expect(report).toMatchObject({ errors: 0, dropped: 0, ok: report.sent })
})

test('whoever finds no slot in time is counted as dropped, after the full wait', async () => {
  await using shop = await startShop(() => {})
  const { report } = await run(shop.url, '--rps 100 --duration 1 --max-concurrency 10 --timeout 0.5001 --seed 1')
  expect(report.by_outcome.timeout).toBe(report.sent)
  expect(report.dropped).toBeGreaterThan(40)
  expect(report.errors).toBe(report.sent + report.dropped)
  expect(report.error_percent).toBe(100)
  expect(report.p50_ms).toBeGreaterThanOrEqual(490)
})

test('server errors and failed connections are errors', async () => {
  await using shop = await startShop((request, response) =>
    request.method === 'PUT' ? request.socket.destroy() : response.writeHead(503).end(),
  )
  const { report } = await run(shop.url, '--rps 100 --duration 1 --seed 1 --put-frac 0.3 --reserve-frac 0')
  expect(report.ok).toBe(0)
  expect(report.by_outcome['5xx']).toBe(shop.seen.filter((each) => each.startsWith('GET')).length)
  expect(report.by_outcome.connection_failed).toBe(report.sent - (report.by_outcome['5xx'] ?? 0))
})

test('the agentic profile announces its phases and sends four of five requests to the failing route', async () => {
  await using shop = await startShop((request, response) => response.writeHead(request.url === '/random-endpoint/error' ? 500 : 200).end())
  const { report, lines } = await run(
    shop.url,
    '--profile agentic --normal-rps 200 --normal-duration 1 --error-rps 200 --error-duration 1 --seed 3',
  )
  expect(report.phases.map(({ phase }) => phase)).toEqual(['normal', 'error'])
  const announced = lines.find((line) => line.startsWith('phase error at '))?.slice('phase error at '.length) ?? ''
  expect(Date.parse(announced) - Date.parse(report.started_at)).toBeGreaterThan(950)
  expect(Date.parse(announced) - Date.parse(report.started_at)).toBeLessThan(1_300)
  const errorRequests = report.by_operation.trigger_error ?? 0
  expect(errorRequests).toBe(report.errors)
  expect(errorRequests / 200).toBeCloseTo(0.8, 0)
})

test('an interrupt stops the arrivals and still gives the report', async () => {
  const interrupt = new AbortController()
  await using shop = await startShop((_, response) => {
    response.end()
    if (shop.seen.length === 10) interrupt.abort()
  })
  const { report } = await run(shop.url, '--rps 50 --duration 60', interrupt.signal)
  expect(report.interrupted).toBe(true)
  expect(report.sent).toBeLessThan(60)
  expect(report.ok).toBe(report.sent)
})
