import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { replaceFile } from './targets-file.ts'

/** How busy the busiest instance is, and what it is compared with, over so many seconds. */
const busiest = (seconds: number) => `max(sum by (instance) (rate(http_requests_total{job="inventory"}[${seconds}s])))`
const COMPARED = {
  by_average: (seconds: number) => `avg(sum by (instance) (rate(http_requests_total{job="inventory"}[${seconds}s])))`,
  // One that is always there, until it is not: then the ratio is infinite.
  by_instance: (seconds: number, instance: string) =>
    `(sum(rate(http_requests_total{job="inventory",instance="${instance}"}[${seconds}s])) or vector(0))`,
} as const

/** `none`: there is no such rule. */
export type UnevenLoadRule = keyof typeof COMPARED | 'none'

/** The rules that the shop's team has beside alerts.yaml: one file next to the targets, which Prometheus reads anew when it changes. */
export class RulesFile {
  readonly #path: string
  readonly #seconds: number
  readonly #onError: (error: unknown) => void
  #writing = Promise.resolve()

  /** `seconds` is what the rules look back; they wait a quarter of it. */
  constructor(targetsFile: string, seconds: number, onError: (error: unknown) => void) {
    this.#seconds = seconds
    this.#path = join(dirname(targetsFile), 'rules', 'team.yaml')
    this.#onError = onError
  }

  /** `instance` is the one that `by_instance` compares with. Never rejects. */
  write(rule: UnevenLoadRule, instance: string): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      mkdirSync(dirname(this.#path), { recursive: true })
      await replaceFile(this.#path, format(rule, instance, this.#seconds))
    })
    this.#writing = this.#writing.catch(this.#onError)
    return this.#writing
  }
}

/** JSON is YAML. */
function format(rule: UnevenLoadRule, instance: string, seconds: number): string {
  const rules = rule === 'none' ? [] : [alert(`${busiest(seconds)} / ${COMPARED[rule](seconds, instance)} > 3`, seconds / 4)]
  return `${JSON.stringify({ groups: rules.length > 0 ? [{ name: 'inventory-team', rules }] : [] })}\n`
}

function alert(expr: string, wait: number) {
  return {
    alert: 'InventoryUnevenLoad',
    expr,
    for: `${wait}s`,
    labels: { severity: 'critical', service: 'inventory' },
    annotations: {
      summary: 'One instance of inventory gets {{ $value | printf "%.1f" }} times its share of the requests',
      description: 'The busiest instance of inventory gets more than three times what it should.',
    },
  }
}
