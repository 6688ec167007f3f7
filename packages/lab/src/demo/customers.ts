import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Lab } from '../lab.ts'
import { nodeCommand } from '../parts.ts'
import { clip } from './tool-result-line.ts'

/** A running traffic generator. */
export interface Customers {
  /** How many of 100 requests failed, second by second, the newest last. */
  errorPercents(): number[]
  /** Set once it has ended although nobody asked it to. */
  failure(): string | null
  stop(): Promise<void>
}

/** Starts the traffic command with these flags against the lab's shop; it ends with us, however we end. */
export function startCustomers({ book, directory, env }: Lab, flags: Record<string, string | number>): Customers {
  const [node, ...args] = nodeCommand(directory.root, 'packages/traffic/src/main.ts')
  const given = Object.entries({ url: book.url('loadBalancer'), ...flags }).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(node, [...args, ...given], {
    cwd: directory.root,
    env: { PATH: env.PATH ?? '', LAB_LEASH: 'stdin' },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => undefined)
  let last = ''
  const percents: number[] = []
  let stopping = false
  let failure: string | null = null
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim()) last = clip(line, 200)
      const percent = /^\d.* error ([\d.]+) %/.exec(line)?.[1]
      if (percent) percents.push(Number(percent))
    })
  }
  const ended = untilEnded(child).then((how) => {
    if (!stopping) failure = `the traffic ended early (${how}): ${last}`
  })
  return {
    errorPercents: () => percents,
    failure: () => failure,
    async stop() {
      stopping = true
      child.kill('SIGTERM')
      await ended
    },
  }
}

const BARS = '▁▂▃▄▅▆▇█'
const MOST_BARS = 30

/** `errors ▁▁▁▇▇ 79 %`: the last half minute as bars, and the last second as a number. */
export function describeErrors(percents: number[]): string {
  const bars = percents.slice(-MOST_BARS).map((percent) => BARS[Math.min(BARS.length - 1, Math.floor((percent / 100) * BARS.length))])
  return percents.length ? `errors ${bars.join('')} ${percents.at(-1)?.toFixed(0)} %` : 'no customers yet'
}

async function untilEnded(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit')
    return signal ? String(signal) : `exit status ${code}`
  } catch (error) {
    return String(error)
  }
}
