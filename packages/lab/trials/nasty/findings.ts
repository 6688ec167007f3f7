import type { NastyRequest } from './mutate.ts'

/** What was found wrong, each kind once for each route, with the first request that showed it. */
export class Findings {
  readonly #found = new Map<string, { count: number; first: string }>()

  add({ seed: { listener, method, path }, how }: Pick<NastyRequest, 'seed' | 'how'>, problem: string): void {
    const route = `${listener.name} ${method} ${path.split('?', 1)[0]}`
    const kind = `${route}: ${problem.replace(/\d{3,}/g, (digits) => (digits.length === 3 ? digits : 'N')).slice(0, 60)}`
    const known = this.#found.get(kind)
    // At once, because a trial may be ended before its end.
    if (!known) process.stderr.write(`found: ${kind}\n    ${how.slice(0, 300)}\n`)
    this.#found.set(kind, { count: (known?.count ?? 0) + 1, first: known?.first ?? `${how}\n    ${problem}` })
  }

  get count(): number {
    return this.#found.size
  }

  toString(): string {
    return [...this.#found].map(([kind, { count, first }]) => `- ${kind} (${count} times)\n    ${first}`).join('\n')
  }
}
