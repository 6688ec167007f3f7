// Measures the generator against a server that writes down when each request came, and compares with what is promised.
// pnpm --filter @oncall-lab/traffic run rate-trial [rates] [stall] [seed] [high] [limit]   (all without names; about four minutes; wants a quiet machine)
// pnpm --filter @oncall-lab/traffic run rate-trial picture   (draws docs/traffic-plot.svg)
import { fileURLToPath } from 'node:url'
import { largestShiftMs } from '../test-parts/recorded-requests.ts'
import { runCommand } from '../test-parts/run-command.ts'
import { startRecordingServer } from '../test-parts/start-recording-server.ts'

let failures = 0

function check(name: string, value: number, { unit, most, least }: { unit: string; most: number; least?: number }): void {
  const isKept = value <= most && value >= (least ?? Number.NEGATIVE_INFINITY)
  if (!isKept) failures += 1
  const asked = least === undefined ? `at most ${short(most)}` : `${short(least)} to ${short(most)}`
  console.log(`  ${isKept ? 'kept  ' : 'MISSED'} ${name}: ${short(value)}${unit && ` ${unit}`} (${asked})`)
}

async function tryRate(rps: number, seconds: number): Promise<void> {
  using server = await startRecordingServer()
  const report = await runCommand(server.url, ['--rps', `${rps}`, '--duration', `${seconds}`, '--arrivals', 'even', '--stamp'])
  const { requests, rps: came, driftMs, lateness } = await server.record()
  console.log(`${rps} rps for ${seconds} s: ${requests} requests at the server, ${report.errors} errors, ${report.workers} thread(s)`)
  check('rate at the server', came, { unit: 'rps', least: rps * 0.995, most: rps * 1.005 })
  check('all requests came', requests, { unit: '', least: Math.round(rps * seconds * 0.995), most: Math.round(rps * seconds * 1.005) })
  check('drift at the server', Math.abs(driftMs), { unit: 'ms', most: 20 })
  console.log(`         jitter at the server: p50 ${text(lateness.p50)}, p99 ${text(lateness.p99)}, max ${text(lateness.max)} ms late`)
  if (rps === 2_000) check('CPU a request', report.cpu_us_per_request ?? Number.NaN, { unit: 'µs', most: 100 })
}

async function tryStall(): Promise<void> {
  using server = await startRecordingServer({ afterMs: 5_000, forMs: 1_000 })
  const report = await runCommand(server.url, ['--rps', '500', '--duration', '10', '--arrivals', 'even', '--stamp'])
  const { latency } = await server.record()
  console.log(`500 rps for 10 s, the server stalled for 1 s in the middle: ${report.errors} errors`)
  for (const [name, told, truth] of [
    ['p50', report.p50_ms, latency.p50],
    ['p99', report.p99_ms, latency.p99],
    ['max', report.max_ms, latency.max],
  ] as const) {
    console.log(`         ${name}: the report says ${told} ms, the server ${text(truth)} ms`)
    if (name !== 'p50') check(`${name} told / true`, (told ?? Number.NaN) / truth, { unit: '', least: 0.95, most: 1.05 })
  }
}

async function tryHigh(rps: number, seconds: number): Promise<void> {
  using server = await startRecordingServer()
  const reading = ['--put-frac', '0', '--list-frac', '0', '--reserve-frac', '0', '--unknown-frac', '0']
  const report = await runCommand(server.url, ['--rps', `${rps}`, '--duration', `${seconds}`, '--arrivals', 'even', ...reading])
  console.log(
    `${rps} rps for ${seconds} s: ${report.errors} errors, ${report.workers} thread(s), ${report.cpu_us_per_request} µs of CPU a request, send lag p50 ${report.lag_p50_ms}, p99 ${report.lag_p99_ms}, max ${report.lag_max_ms} ms`,
  )
  check('rate', report.sent / seconds, { unit: 'rps', least: rps * 0.99, most: rps * 1.01 })
  if (rps === 8_000) check('p99 send lag', report.lag_p99_ms ?? Number.NaN, { unit: 'ms', most: 10 })
  if (report.limit) console.log(`         the report says: ${report.limit}`)
}

/** Two runs with the same seed, by one thread and by two, and one with another seed. */
async function trySeed(): Promise<void> {
  const run = async (...flags: string[]) => {
    using server = await startRecordingServer()
    await runCommand(server.url, ['--rps', '1000', '--duration', '10', '--stamp', ...flags])
    return await server.record()
  }
  const [first, again, other] = [await run('--seed', '42'), await run('--seed', '42', '--workers', '2'), await run('--seed', '43')]
  console.log('1000 rps for 10 s, Poisson arrivals, journeys; what the server saw:')
  for (const [name, { requests, digest }] of Object.entries({ 'seed 42': first, 'seed 42 by two threads': again, 'seed 43': other }))
    console.log(`         ${name}: ${requests} requests, ${digest.slice(0, 16)}`)
  check('same seed, other requests', Number(first.digest !== again.digest), { unit: '', most: 0 })
  check('same seed, due at other times by', largestShiftMs(first, again), { unit: 'ms', most: 0.1 })
  check('other seed, other requests', Number(first.digest !== other.digest), { unit: '', least: 1, most: 1 })
}

/** More than can be sent: the report must say so. */
async function tryLimit(rps: number, seconds: number): Promise<void> {
  using server = await startRecordingServer()
  const report = await runCommand(server.url, ['--rps', `${rps}`, '--duration', `${seconds}`])
  console.log(`${rps} rps asked for ${seconds} s: ${report.sent} sent, ${report.shed} shed, ${report.rps} rps`)
  check('told that it kept up', Number(report.kept_up), { unit: '', most: 0 })
  console.log(`         the report says: ${report.limit}`)
}

/** A run with a stall, as --plot shows it. */
async function drawStall(): Promise<void> {
  using server = await startRecordingServer({ afterMs: 10_000, forMs: 1_000 })
  const file = fileURLToPath(new URL('../../../docs/traffic-plot.svg', import.meta.url))
  const report = await runCommand(server.url, ['--rps', '500', '--duration', '20', '--seed', '42', '--plot', file])
  console.log(
    `500 rps for 20 s, the server stalled for 1 s in the middle: p99 ${report.p99_ms} ms, max ${report.max_ms} ms; docs/traffic-plot.svg`,
  )
}

function short(value: number): number {
  return Number(value.toPrecision(5))
}

function text(ms: number): string {
  return ms.toFixed(2)
}

const asked = process.argv.slice(2).filter((name) => name !== '--')
const isAsked = (name: string) => asked.length === 0 || asked.includes(name)
if (isAsked('rates')) for (const rps of [500, 2_000, 5_000]) await tryRate(rps, 30)
if (isAsked('stall')) await tryStall()
if (isAsked('seed')) await trySeed()
if (isAsked('high')) {
  await tryHigh(8_000, 30)
  await tryHigh(25_000, 20)
}
if (asked.includes('picture')) await drawStall()
if (isAsked('limit')) await tryLimit(200_000, 5)
console.log(failures > 0 ? `MISSED: ${failures}` : 'All kept.')
process.exit(failures > 0 ? 1 : 0)
