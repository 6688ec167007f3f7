import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'

/** A Prometheus over stored data, for somebody whose clock goes on: what is asked of the present is asked of the recorded time. */
export interface MovedPrometheus extends AsyncDisposable {
  url: string
  /** From now on the present is that time, in ms since 1970, and goes on from there. */
  setPresent(ms: number): void
}

/**
 * In front of `prometheus`; a time up to `until` (ms since 1970) is meant as it stands, a later one is moved. What `told` holds by its path is answered with that: the second
 * Prometheus scrapes nothing and has no rules.
 */
export async function openMovedPrometheus(prometheus: string, until: number, told: Record<string, unknown> = {}): Promise<MovedPrometheus> {
  let back = 0
  const server = createServer((incoming, outgoing) => {
    const recorded = told[new URL(incoming.url ?? '/', prometheus).pathname]
    if (recorded !== undefined) return void outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(recorded))
    const moved = moveBack(new URL(incoming.url ?? '/', prometheus), { back, until, now: Date.now() })
    request(moved.url)
      .then(async ({ statusCode, body }) => {
        const text = await body.text()
        const says = moved.by === 0 ? text : JSON.stringify(moveForward(JSON.parse(text), moved.by))
        outgoing.writeHead(statusCode, { 'content-type': 'application/json' }).end(says)
      })
      .catch((error: unknown) => outgoing.writeHead(502).end(String(error)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return {
    url: `http://127.0.0.1:${port}`,
    setPresent(ms) {
      back = (Date.now() - ms) / 1_000
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A request with its times moved, and by how many seconds; 0 when it is about the recorded time as it stands. */
export function moveBack(url: URL, { back, until, now }: { back: number; until: number; now: number }): { url: URL; by: number } {
  const names = ['time', 'start', 'end'].filter((name) => url.searchParams.has(name))
  const latest = names.length === 0 ? now / 1_000 : Math.max(...names.map((name) => Number(url.searchParams.get(name))))
  if (latest <= until / 1_000) return { url, by: 0 }
  if (url.pathname === '/api/v1/query' && !url.searchParams.has('time')) url.searchParams.set('time', String(now / 1_000))
  for (const name of ['time', 'start', 'end']) {
    const given = url.searchParams.get(name)
    if (given !== null) url.searchParams.set(name, String(Number(given) - back))
  }
  return { url, by: back }
}

type Point = [seconds: number, value: string]
interface Answer {
  data?: { result?: Point | { value?: Point; values?: Point[] }[] }
}

/** The same answer as if it had been given now. */
export function moveForward(answer: Answer, by: number): Answer {
  const move = ([seconds, value]: Point): Point => [seconds + by, value]
  const result = answer.data?.result
  if (!Array.isArray(result)) return answer
  if (typeof result[0] === 'number') return { ...answer, data: { ...answer.data, result: move(result as Point) } }
  const series = result as { value?: Point; values?: Point[] }[] // A vector or a matrix.
  const moved = series.map((each) => ({
    ...each,
    ...(each.value && { value: move(each.value) }),
    ...(each.values && { values: each.values.map(move) }),
  }))
  return { ...answer, data: { ...answer.data, result: moved } }
}
