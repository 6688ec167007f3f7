import { fileURLToPath } from 'node:url'
import type { Part } from '../src/part.ts'
import { answersAt } from '../src/readiness.ts'

interface Fixture {
  name: string
  port: number
  behaviour?: 'good' | 'fails' | 'ignores TERM'
  /** A file in which the service notes what happens to it. */
  diary?: string
}

/** A small real service for the supervisor's tests. */
export function fixturePart({ name, port, behaviour = 'good', diary = '' }: Fixture): Part & { port: number } {
  return {
    name,
    port,
    launch: async () => ({
      command: [process.execPath, fileURLToPath(new URL('fixture-service.mjs', import.meta.url))],
      env: { NAME: name, PORT: String(port), BEHAVIOUR: behaviour, DIARY: diary },
    }),
    isReady: answersAt(`http://127.0.0.1:${port}/`),
  }
}

/** Asks every 20 ms until the answer is true. @throws after `withinMs`. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 8_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${withinMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
