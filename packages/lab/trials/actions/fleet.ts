import { setTimeout as delay } from 'node:timers/promises'
import type { Instance } from '@oncall-lab/process-manager/api'

/** Asks the process manager; with a body by POST. @throws Error with its reason. */
export type AskFleet = <T = unknown>(path: string, body?: object) => Promise<T>

/** Asks the process manager at this address. */
export function askFleetAt(url: string): AskFleet {
  return async <T>(path: string, body?: object) => {
    const post = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-requested-by': 'ci' },
      body: JSON.stringify(body),
    }
    const answer = await fetch(`${url}${path}`, { ...post })
    if (!answer.ok) throw new Error(`${path} ${JSON.stringify(body)}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
}

/** Ends what is broken, and brings every instance back into use. */
export async function restore(fleet: AskFleet, mend: () => Promise<unknown>): Promise<void> {
  await fleet('/fault', { mode: 'none' })
  await mend()
  const { instances } = await fleet<{ instances: Instance[] }>('/instances')
  for (const { port, drained } of instances) if (drained) await fleet('/undrain', { port })
}

/** Asks until the answer is there. @throws Error after so many seconds. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + seconds * 1_000; ; await delay(500)) {
    const found = await ask().catch(() => undefined)
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${seconds} s`)
  }
}
