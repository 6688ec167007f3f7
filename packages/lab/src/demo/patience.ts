import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 200

/** What a demo waited for did not come. */
export class DidNotCome extends Error {
  override readonly name = 'DidNotCome'
}

/**
 * Asks until there is a value (not null) and returns it. A question that fails counts as "not yet".
 * @throws DidNotCome after `seconds`, the error that `broken` returns, and the signal's reason.
 */
export async function waitFor<T>(
  what: string,
  seconds: number,
  ask: () => T | null | Promise<T | null>,
  { signal, broken = () => null }: { signal: AbortSignal; broken?: () => string | null },
): Promise<T> {
  const deadline = Date.now() + seconds * 1_000
  let problem = ''
  for (;;) {
    signal.throwIfAborted()
    try {
      const value = await ask()
      if (value !== null) return value
      problem = ''
    } catch (error) {
      problem = ` (${error instanceof Error ? error.message : error})`
    }
    const failure = broken()
    if (failure) throw new DidNotCome(failure)
    if (Date.now() > deadline) throw new DidNotCome(`${what} did not come within ${seconds} s${problem}`)
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
  }
}
