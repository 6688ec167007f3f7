import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@oncall-lab/test-kit/free-port'
import type { StartedContender } from './contender.ts'
import { startProcess } from './process.ts'

interface ServerOptions {
  /** Answers 200 when the server is ready. */
  readyPath: string
  core?: number | undefined
  env?: Record<string, string>
}

/** A server, and how long it took from its start to its first 200. */
export interface StartedServer extends StartedContender {
  readyAfterMs: number
}

const READY_WITHIN_MS = 60_000
const ASK_EVERY_MS = 10

/** Starts a server on a free port of 127.0.0.1 and waits for its first 200. @throws with what it printed when it ends or never answers */
export async function startServer(
  commandFor: (port: number) => readonly string[],
  { readyPath, ...options }: ServerOptions & { port?: number },
  signal: AbortSignal,
): Promise<StartedServer> {
  const port = options.port ?? (await freePort())
  const command = commandFor(port)
  const begun = performance.now()
  const server = startProcess(command, options)
  const url = `http://127.0.0.1:${port}`
  const giveUpAt = begun + READY_WITHIN_MS
  try {
    while (!(await answers(url + readyPath))) {
      if (server.hasEnded() || performance.now() > giveUpAt) throw new Error(`${command.join(' ')} did not answer: ${server.output()}`)
      await delay(ASK_EVERY_MS, undefined, { signal })
    }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  const readyAfterMs = performance.now() - begun
  return { url, pid: server.pid, readyAfterMs, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}
