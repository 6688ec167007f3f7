import { get } from 'node:http'
import type { Backend } from './backend.ts'
import type { BackendSet } from './backend-set.ts'
import type { ProbeOutcome } from './probe-history.ts'

/** Probes every backend now and then, over a connection of its own each time, until it is disposed. */
export class ActiveProbes implements Disposable {
  readonly #set: BackendSet
  readonly #path: string
  readonly #timeoutMs: number
  readonly #timer: NodeJS.Timeout
  readonly #running = new WeakSet<Backend>()

  /** `path` is asked with GET; an answer of 2xx or 3xx within `timeoutMs` is good. */
  constructor(set: BackendSet, { path, everyMs, timeoutMs }: { path: string; everyMs: number; timeoutMs: number }) {
    this.#set = set
    this.#path = path
    this.#timeoutMs = timeoutMs
    this.#timer = setInterval(() => {
      for (const each of set.all) this.probe(each)
    }, everyMs)
  }

  /** Asks one backend now, unless a probe of it is under way. */
  probe(backend: Backend): void {
    if (this.#running.has(backend)) return
    this.#running.add(backend)
    const end = (outcome: ProbeOutcome) => {
      if (this.#running.delete(backend)) this.#set.probed(backend, outcome)
    }
    const request = get(new URL(this.#path, backend.url), { agent: false, timeout: this.#timeoutMs }, (answer) => {
      answer.destroy()
      const { statusCode = 0 } = answer
      end(statusCode >= 200 && statusCode < 400 ? 'good' : 'bad')
    })
    request.on('timeout', () => request.destroy(new Error('no answer in time')))
    request.on('error', (error) => end('code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'bad'))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
