import { setTimeout as delay } from 'node:timers/promises'

const ASK_EVERY_MS = 50

/** Asks until the answer is there; returns it. @throws after `seconds`, naming what was awaited */
export async function until<T>(what: string, ask: () => T | Promise<T>, seconds = 20): Promise<Exclude<T, undefined | null | false>> {
  for (const deadline = performance.now() + seconds * 1_000; performance.now() < deadline; await delay(ASK_EVERY_MS)) {
    const answer = await ask()
    if (answer) return answer as Exclude<T, undefined | null | false> // What is left when it is true.
  }
  throw new Error(`Waited ${seconds} s for ${what}`)
}
