import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { startProcess } from '@oncall-lab/test-kit/started-process'
import { callAgent } from '../../src/agent-access.ts'
import { openLab } from '../../src/open-lab.ts'
import { investigate, median } from './investigations.ts'
import { type LoadReport, startSteadyLoad } from './steady-load.ts'

/**
 * 1,000 requests a second on the gateway beside investigations: `pnpm --filter @oncall-lab/lab run gateway-load-trial [port offset] [rounds] [rps]` on a lab
 * that runs and is well. Rounds with and without the load take turns. Then a gateway as it is off loopback, with its usual limit, gets the same for five seconds.
 * Ends with 1 when a request of the load failed, the limit let more pass than it says, or the investigations took half as long again.
 */
const [offset = 0, rounds = 6, rps = 1_000] = process.argv.slice(2).map(Number)
const PATHS = ['/health', '/api/v1/agents']
const LIMITED_SECONDS = 5
const RATE = 50

const lab = openLab(offset, process.env)
const base = lab.book.url('gateway')
await using agent = callAgent(lab, 20_000)

const without: number[] = []
const beside: number[] = []
const loads: LoadReport[] = []
const firsts: number[] = []
await investigate(agent, 0) // Warms everything up.
for (let round = 0; round < rounds; round += 1) {
  const quiet = await investigate(agent, 1 + 2 * round)
  without.push(quiet.investigationMs)
  const load = startSteadyLoad(base, PATHS, rps)
  await sleep(1_000)
  const loaded = await investigate(agent, 2 + 2 * round)
  beside.push(loaded.investigationMs)
  firsts.push(loaded.toDiagnosisMs)
  loads.push(await load.stop())
  console.error(`round ${round + 1}: ${quiet.investigationMs} ms without, ${loaded.investigationMs} ms beside the load`)
}
const failed = loads
  .flatMap(({ statuses }) => Object.entries(statuses).flatMap(([status, count]) => (status === '200' ? [] : count)))
  .reduce((a, b) => a + b, 0)
const sent = loads.reduce((sum, load) => sum + load.sent, 0)
const times = { without: median(without), beside: median(beside), most: Math.max(...beside), toDiagnosisBeside: Math.round(median(firsts)) }
console.log(
  JSON.stringify({
    rps,
    sent,
    failed,
    p50: median(loads.map(({ p50 }) => p50)),
    p99: Math.max(...loads.map(({ p99 }) => p99)),
    investigationMs: times,
  }),
)

const limited = await underLimit()
console.log(JSON.stringify({ limit: `${RATE} a second`, ...limited }))
const passed = limited.statuses[200] ?? 0
const most = RATE * (LIMITED_SECONDS + 2) + RATE
const isLimited = passed <= most && (limited.statuses[429] ?? 0) === limited.retryAfter && passed + limited.retryAfter === limited.sent
process.exitCode = failed === 0 && isLimited && times.beside <= 1.5 * times.without ? 0 : 1

/** A gateway that listens on every address, as it must when it is called from elsewhere. */
async function underLimit(): Promise<LoadReport> {
  const port = await freePort()
  const env = { HOST: '0.0.0.0', GATEWAY_PORT: String(port), GATEWAY_TOKEN: 'off', AGENT_URL: lab.book.url('agent'), LOG_LEVEL: 'error' }
  await using gateway = await startProcess({ main: join(import.meta.dirname, '../../../gateway/src/main.ts'), port, env })
  const load = startSteadyLoad(gateway.url, PATHS, rps)
  await sleep(LIMITED_SECONDS * 1_000)
  return load.stop()
}
