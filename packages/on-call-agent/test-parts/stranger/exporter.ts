import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HANDLERS, type Shown } from './services.ts'

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** What a pod has counted until now. */
class Counts {
  readonly #lines = new Map<string, number>()
  #at = Date.now()

  /** As if it had shown this since the last time. */
  take(shown: Shown): void {
    const seconds = (Date.now() - this.#at) / 1_000
    this.#at = Date.now()
    for (const handler of HANDLERS) {
      const requests = shown.rps * seconds
      const failed = requests * (shown.failing[handler] ?? 0)
      this.#add(`http_requests_total{method="GET",handler="${handler}",code="200"}`, requests - failed)
      this.#add(`http_requests_total{method="GET",handler="${handler}",code="500"}`, failed)
      for (const le of BUCKETS)
        this.#add(`http_request_duration_seconds_bucket{handler="${handler}",le="${le}"}`, shown.seconds <= le ? requests : 0)
      this.#add(`http_request_duration_seconds_bucket{handler="${handler}",le="+Inf"}`, requests)
      this.#add(`http_request_duration_seconds_count{handler="${handler}"}`, requests)
      this.#add(`http_request_duration_seconds_sum{handler="${handler}"}`, requests * shown.seconds)
    }
    this.#add('process_cpu_seconds_total', shown.cores * seconds)
    this.#lines.set('process_resident_memory_bytes', shown.residentBytes)
    this.#lines.set('process_open_fds', shown.openFiles)
    this.#lines.set('process_max_fds', 1_024)
    this.#lines.set('python_info{implementation="CPython",major="3",minor="12"}', 1)
  }

  text(): string {
    return `${[...this.#lines].map(([name, value]) => `${name} ${value}`).join('\n')}\n`
  }

  #add(name: string, value: number): void {
    this.#lines.set(name, (this.#lines.get(name) ?? 0) + value)
  }
}

/** One pod's metrics in the text format, on a port of its own; asked each second by Prometheus, it counts up to then. */
export async function startPod(shown: () => Shown | 'silent'): Promise<AsyncDisposable & { address: string }> {
  const counts = new Counts()
  const server = createServer((request, response) => {
    const now = shown()
    if (now === 'silent' || request.url !== '/metrics') return void request.socket.destroy()
    counts.take(now)
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(counts.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on a port.
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
