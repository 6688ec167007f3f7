import { Counter, type Registry } from 'prom-client'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** `load_balancer_answers_total`: what callers got, by method; in plain numbers that prom-client reads when it is scraped, as in `AnswerCounts`. */
export class MethodCounts {
  readonly #counts = new Map<string, number[]>(METHODS.map((method) => [method, CLASSES.map(() => 0)]))

  constructor(registry: Registry) {
    const counts = this.#counts
    new Counter({
      name: 'load_balancer_answers_total',
      help: 'Answers that callers got to requests that were forwarded, each request once however often it was sent, by method and class of status.',
      labelNames: ['method', 'class'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [method, classes] of counts)
          for (const [index, name] of CLASSES.entries()) this.inc({ method, class: name }, classes[index] ?? 0)
      },
    })
  }

  count(method: string, status: number): void {
    const classes = this.#counts.get(method) ?? this.#counts.get('other')
    const index = Math.floor(status / 100) - 1
    if (classes?.[index] !== undefined) classes[index] += 1
  }
}
