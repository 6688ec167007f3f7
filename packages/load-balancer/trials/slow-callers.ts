// On a lab that runs: 500 callers that send or read as slowly as they can (slowhttptest), while others are served.
// pnpm --filter @oncall-lab/load-balancer run slow-callers-trial [port offset]      (about four minutes; needs slowhttptest and Linux)
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { paced, quantile, report, send, TrialLab } from './trial-lab.ts'

const SOCKETS = 500
const OPENED_PER_SECOND = 100
const PER_SECOND = 200
const SECONDS = 25
/** One p99 of a busy machine says little: the medians of so many are compared. */
const ROUNDS = 3
const MORE_MS = 5
const ESTABLISHED = '01'
const GONE_WITHIN_SECONDS = 10
const lab = new TrialLab(Number(process.argv[2] ?? 0))
const port = Number(new URL(lab.shop).port)
const KINDS = {
  'slow heads': ['-H', '-i', '3', '-t', 'GET'],
  'slow bodies': ['-B', '-i', '3', '-s', '8192', '-t', 'POST'],
  'slow reads': ['-X', '-w', '1', '-y', '8', '-n', '3', '-z', '8', '-k', '2'],
}

/** The attacker's connections that the balancer still has: not those that it has closed, of which the system keeps what was not read. */
function openSockets(attacker: ChildProcess): number {
  const own = new Set(readdirSync(`/proc/${attacker.pid}/fd`).map((fd) => inodeOf(`/proc/${attacker.pid}/fd/${fd}`)))
  const sockets = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1).map(readSocket)
  const attacking = new Set(sockets.filter(({ inode }) => own.has(inode)).map(({ local }) => local))
  return sockets.filter(({ local, remote, state }) => local === port && state === ESTABLISHED && attacking.has(remote)).length
}

/** A line of /proc/net/tcp. */
function readSocket(line: string): { local: number; remote: number; state: string | undefined; inode: string | undefined } {
  const [, local = '', remote = '', state, , , , , , inode] = line.trim().split(/\s+/)
  const [localPort = 0, remotePort = 0] = [local, remote].map((address) => Number.parseInt(address.split(':')[1] ?? '', 16))
  return { local: localPort, remote: remotePort, state, inode }
}

function inodeOf(path: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1]
  } catch {
    return undefined // Closed meanwhile.
  }
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
  const path = flags[0] === '-X' ? '/items?limit=10' : '/items/1'
  return spawn(
    'slowhttptest',
    ['-c', String(SOCKETS), '-r', String(OPENED_PER_SECOND), '-l', String(SECONDS), '-p', '5', ...flags, '-u', lab.shop + path],
    { stdio: 'ignore' },
  )
}

/**
 * How many connections the attacker has just before it has opened all, and ten seconds after that. Looked at twice only: it takes milliseconds of this
 * process, which measures. The attacker ends by itself when it has no connection any more.
 */
async function watchSockets(attacker: ChildProcess): Promise<{ most: number; left: number }> {
  await delay((SOCKETS / OPENED_PER_SECOND) * 900)
  const most = openSockets(attacker)
  await delay((SOCKETS / OPENED_PER_SECOND) * 100 + GONE_WITHIN_SECONDS * 1_000)
  return { most, left: attacker.exitCode === null ? openSockets(attacker) : 0 }
}

if (spawnSync('slowhttptest', ['-h']).error) {
  console.log('skipped: slowhttptest is not installed (Debian: apt-get install slowhttptest)')
  process.exit(0)
}
/** One attack: p99 of the others before and meanwhile, and what becomes of the attacker's connections. */
async function round(flags: readonly string[]) {
  const before = await p99(8)
  const attacker = attack(flags)
  const [during, { most, left }] = await Promise.all([p99(12), watchSockets(attacker)])
  if (attacker.exitCode === null && attacker.kill('SIGTERM')) await once(attacker, 'exit')
  return { before, during, most, left }
}

const median = (values: readonly number[]) => quantile(values, 0.5)
const results: Record<string, boolean> = {}
await p99(2)
for (const [kind, flags] of Object.entries(KINDS)) {
  const rounds = []
  for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round(flags))
  const [before, during] = [rounds.map((each) => each.before), rounds.map((each) => each.during)]
  const shown = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(', ')
  const most = Math.min(...rounds.map((each) => each.most))
  const left = Math.max(...rounds.map((each) => each.left))
  const more = median(during) - median(before)
  console.log(
    `${kind}: at least ${most} sockets at a time; p99 of the others ${shown(before)} ms before, ${shown(during)} ms meanwhile; at most ${left} sockets left after ${GONE_WITHIN_SECONDS} s`,
  )
  results[`${kind}: the others' p99 is not affected (median ${more.toFixed(1)} ms more; at most ${MORE_MS})`] = more <= MORE_MS
  results[`${kind}: ${left} of ${most} sockets left after ${GONE_WITHIN_SECONDS} s (0)`] = left === 0 && most > SOCKETS / 2
}
report(results)
