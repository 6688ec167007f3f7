// On a lab that runs: 500 callers that send or read as slowly as they can (slowhttptest), while others are served.
// pnpm --filter @oncall-lab/load-balancer run slow-callers-drill [port offset]      (about two minutes; needs slowhttptest and Linux)
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { DrillLab, paced, quantile, report, send } from './drill-lab.ts'

const SOCKETS = 500
const PER_SECOND = 200
const SECONDS = 20
const GONE_WITHIN_SECONDS = 10
const lab = new DrillLab(Number(process.argv[2] ?? 0))
const port = Number(new URL(lab.shop).port)
const KINDS = {
  'slow heads': ['-H', '-i', '3', '-t', 'GET'],
  'slow bodies': ['-B', '-i', '3', '-s', '8192', '-t', 'POST'],
  'slow reads': ['-X', '-w', '1', '-y', '8', '-n', '3', '-z', '8', '-k', '2'],
}

/** Connections to the balancer that hold something in it: not those that the system has closed already. */
function openSockets(): number {
  const [, ...lines] = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n')
  return lines.filter((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    return state === '01' && Number.parseInt(local.split(':')[1] ?? '', 16) === port
  }).length
}

/** p99 in ms of reads for so long. */
async function p99(seconds: number): Promise<number> {
  const times: number[] = []
  await paced(PER_SECOND, PER_SECOND * seconds, async (n) => {
    const { status, ms } = await send(`${lab.shop}/items/${1 + (n % 5_000)}`)
    times.push(status === 200 ? ms : Number.POSITIVE_INFINITY)
  })
  return quantile(times, 0.99)
}

function attack(flags: readonly string[]): ChildProcess {
  const path = flags[0] === '-X' ? '/items?limit=100' : '/items/1'
  return spawn(
    'slowhttptest',
    ['-c', String(SOCKETS), '-r', String(SOCKETS), '-l', String(SECONDS), '-p', '5', ...flags, '-u', lab.shop + path],
    { stdio: 'ignore' },
  )
}

/** The most sockets that there were, and how many were left of them after ten seconds. */
async function watchSockets(base: number): Promise<{ most: number; left: number }> {
  let most = 0
  for (const end = performance.now() + GONE_WITHIN_SECONDS * 1_000; performance.now() < end; await delay(100))
    most = Math.max(most, openSockets() - base)
  return { most, left: Math.max(0, openSockets() - base) }
}

const results: Record<string, boolean> = {}
await p99(2)
for (const [kind, flags] of Object.entries(KINDS)) {
  const before = await p99(10)
  const base = openSockets()
  const attacker = attack(flags)
  const gone = once(attacker, 'exit')
  const [during, { most, left }] = await Promise.all([p99(10), watchSockets(base)])
  attacker.kill('SIGTERM')
  await gone
  console.log(
    `${kind}: ${most} sockets; p99 of the others ${before.toFixed(1)} ms before, ${during.toFixed(1)} ms meanwhile; ${left} sockets left after ${GONE_WITHIN_SECONDS} s`,
  )
  results[`${kind}: the others' p99 is not affected (${(during - before).toFixed(1)} ms more; at most 5)`] = during - before <= 5
  results[`${kind}: ${left} of ${most} sockets left after ${GONE_WITHIN_SECONDS} s (0)`] = left === 0 && most > SOCKETS / 2
}
report(results)
