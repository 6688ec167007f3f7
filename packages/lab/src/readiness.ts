import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import type { Part } from './part.ts'

const POLL_MS = 100
const ANSWER_WITHIN_MS = 2_000

/** Ready means: the URL answers with 2xx, and with JSON of which `readyWhen` holds. */
export function answersAt(url: string, readyWhen?: (answer: unknown) => boolean): Part['isReady'] {
  return async () => {
    try {
      const answer = await request(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), reset: true })
      const text = await answer.body.text()
      if (answer.statusCode >= 300) return false
      return readyWhen ? readyWhen(JSON.parse(text)) : true
    } catch {
      return false // Not there yet, or not what we expect: asked again.
    }
  }
}

/** Asks until the part is ready. @throws the signal's reason when that comes first. */
export async function untilReady(part: Pick<Part, 'isReady'>, signal: AbortSignal): Promise<void> {
  while (!(await part.isReady())) {
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
    signal.throwIfAborted()
  }
}
