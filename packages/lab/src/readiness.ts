import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import type { Part } from './part.ts'

const POLL_MS = 100
const ANSWER_WITHIN_MS = 2_000

/** One question to the part: is it ready now? */
export async function isReady({ readyUrl, readyWhen }: Pick<Part, 'readyUrl' | 'readyWhen'>): Promise<boolean> {
  try {
    const answer = await request(readyUrl, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), reset: true })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) return false
    return readyWhen ? readyWhen(JSON.parse(text)) : true
  } catch {
    return false // Not there yet, or not what we expect: asked again.
  }
}

/** Asks until the part is ready. @throws the signal's reason when that comes first. */
export async function untilReady(part: Part, signal: AbortSignal): Promise<void> {
  while (!(await isReady(part))) {
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
    signal.throwIfAborted()
  }
}
