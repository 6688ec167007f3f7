/** One request of each kind that some fault hits, most of them reads. */
const ROUND: [method: string, path: (n: number) => string, body?: (n: number) => object][] = [
  ['GET', (n) => `/items/${1 + (n % 5_000)}`],
  ['GET', (n) => `/items?after=${1 + (n % 4_000)}`],
  ['GET', (n) => `/items/${1 + (n % 50)}`],
  ['POST', (n) => `/items/${1 + (n % 500)}/reservations`, () => ({ quantity: 1 })],
  ['GET', (n) => `/items/${1 + (n % 50)}`],
  ['GET', (n) => `/items/unknown-${n % 100}`],
  ['GET', (n) => `/items/${1 + (n % 5_000)}`],
  ['PUT', (n) => `/items/${1 + (n % 500)}`, (n) => ({ name: `Item ${n}`, price: 9.5, manufacturer: 'Lab Works', quantity: 900 })],
]

/** Sends so many requests a second, on schedule whether or not answers come, until it is disposed. */
export function startShoppers(url: string, perSecond: number): AsyncDisposable {
  const pending = new Set<Promise<unknown>>()
  let sent = 0
  const timer = setInterval(() => {
    const entry = ROUND[sent % ROUND.length]
    const number = sent++
    if (!entry) return
    const [method, path, body] = entry
    const init = body ? { body: JSON.stringify(body(number)), headers: { 'content-type': 'application/json' } } : {}
    const answered = fetch(url + path(number), { method, ...init, signal: AbortSignal.timeout(15_000) })
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined)
      .finally(() => pending.delete(answered))
    pending.add(answered)
  }, 1_000 / perSecond)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await Promise.all(pending)
    },
  }
}
