import { setTimeout as delay } from 'node:timers/promises'

/** As the process manager's api.ts says, as far as trials need it. */
interface RunningInstance {
  instance: string
  port: number
  pid: number | null
  state: string
}

/** A lab that runs on this machine. */
export class TrialLab {
  readonly shop: string
  readonly manager: string
  readonly postgresPort: number

  constructor(portOffset: number) {
    this.shop = `http://127.0.0.1:${9000 + portOffset}`
    this.manager = `http://127.0.0.1:${7070 + portOffset}`
    this.postgresPort = 15432 + portOffset
  }

  async instances(): Promise<RunningInstance[]> {
    const { instances } = (await (await fetch(`${this.manager}/instances`)).json()) as { instances: RunningInstance[] }
    return instances
  }

  /** Those that run. */
  async running(): Promise<RunningInstance[]> {
    return (await this.instances()).filter(({ state }) => state === 'running')
  }

  /** Resolves when so many run and the balancer uses them; throws when that takes more than half a minute. */
  async scale(replicas: number): Promise<void> {
    await send(`${this.manager}/scale`, 'POST', { replicas })
    const deadline = Date.now() + 30_000
    while ((await this.running()).length !== replicas || (await this.available()) !== replicas) {
      if (Date.now() > deadline) throw new Error(`the lab did not come to ${replicas} instances`)
      await delay(50)
    }
  }

  /** How many backends the balancer uses. */
  async available(): Promise<number> {
    const text = await (await fetch(`${this.shop}/metrics`)).text()
    return Number(/^load_balancer_backends_available\S* (\S+)$/m.exec(text)?.[1])
  }
}

/** One request with its answer read; status 0 when there was none. `ms` is what it took. */
export async function send(
  url: string,
  method = 'GET',
  body?: unknown,
): Promise<{ status: number; backend: string | null; ms: number; headers: Headers }> {
  const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const begun = performance.now()
  try {
    const answer = await fetch(url, { method, ...init, signal: AbortSignal.timeout(30_000) })
    await answer.arrayBuffer()
    return { status: answer.status, backend: answer.headers.get('x-lb-backend'), ms: performance.now() - begun, headers: answer.headers }
  } catch {
    return { status: 0, backend: null, ms: performance.now() - begun, headers: new Headers() }
  }
}

/** Calls so often a second, on schedule whether or not the calls have ended, until there were `count` or it is stopped; waits for all. */
export async function paced(
  perSecond: number,
  count: number,
  call: (n: number) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<number> {
  const begun = performance.now()
  const pending: Promise<unknown>[] = []
  while (pending.length < count && !signal?.aborted) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1)
    while (pending.length < due) pending.push(call(pending.length))
    await delay(2)
  }
  await Promise.all(pending)
  return pending.length
}

/** Counts what came, by status; 0 is no answer. */
export class Statuses {
  readonly #counts = new Map<number, number>()

  add(status: number): void {
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1)
  }

  count(isMeant: (status: number) => boolean): number {
    return [...this.#counts].reduce((sum, [status, count]) => sum + (isMeant(status) ? count : 0), 0)
  }

  toString(): string {
    return [...this.#counts]
      .sort()
      .map(([status, count]) => `${count} × ${status || 'no answer'}`)
      .join(', ')
  }
}

/** Prints each result and ends the process with 1 when one is not as it should be. */
export function report(results: Record<string, boolean>): void {
  for (const [what, isRight] of Object.entries(results)) console.log(`${isRight ? 'kept  ' : 'MISSED'} ${what}`)
  process.exitCode = Object.values(results).every(Boolean) ? 0 : 1
}

/** The value below which this share of the values is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
