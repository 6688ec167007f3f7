import type { Contender } from '../contender.ts'
import type { Part, PartResult, RunOptions } from '../part.ts'
import { SATURATES_WITH } from '../saturate.ts'
import { PROBE_PATH } from './backend-answer.ts'
import { BALANCERS } from './contenders.ts'
import { balancerLimits } from './limits.ts'
import { compareLatency, compareSaturation, type Running } from './measures.ts'
import { startBackends } from './start-backends.ts'

const FULL = { rounds: 5, warmUpSeconds: 2, seconds: 3, pacedSeconds: 2 }
const SMOKE = { rounds: 1, warmUpSeconds: 0, seconds: 1, pacedSeconds: 1 }

/** Our balancer beside other proxies: CPU time for each request at saturation, latency at a moderate rate, memory. */
export const balancerPart: Part = { name: 'balancer', run: compareBalancers }

async function compareBalancers(options: RunOptions, signal: AbortSignal): Promise<PartResult> {
  const { smoke, cores, directory, say } = options
  const times = { ...(smoke ? SMOKE : FULL), ...(options.rounds && { rounds: options.rounds }) }
  const setting = `GET ${PROBE_PATH} over 64 kept connections of ${SATURATES_WITH}, two backends, the proxy on a CPU of its own`
  const result = { part: 'balancer', setting, rounds: times.rounds }
  const [present, absent] = whoTakesPart()
  for (const { name, reason } of absent) say(`without ${name}: ${reason}`)

  await using parts = new AsyncDisposableStack()
  const backends = parts.use(await startBackends({ core: cores.others, directory }, signal))
  const running: Running[] = []
  for (const { name, start } of present) {
    const started = parts.use(await start({ backends: backends.urls, core: cores.measured, directory }, signal))
    running.push({ name, url: started.url, pid: started.pid })
  }
  const measures = [
    ...(await compareSaturation(running, times, options, signal)),
    ...(await compareLatency(running, times, options, signal)),
  ]
  return { ...result, measures, limits: balancerLimits(measures), absent }
}

function whoTakesPart(): [Contender[], { name: string; reason: string }[]] {
  const absent = BALANCERS.flatMap(({ name, whyAbsent }) => {
    const reason = whyAbsent()
    return reason === undefined ? [] : [{ name, reason }]
  })
  return [BALANCERS.filter(({ name }) => !absent.some((one) => one.name === name)), absent]
}
