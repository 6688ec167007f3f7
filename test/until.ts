import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is there; returns it. @throws after `seconds`, naming what was awaited */
export async function until<T>(what: string, ask: () => Promise<T | undefined | null | false>, seconds = 20): Promise<T> {
  const deadline = performance.now() + seconds * 1000
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer) return answer
    await sleep(100)
  }
  throw new Error(`Waited ${seconds} s for ${what}`)
}
