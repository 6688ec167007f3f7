import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@oncall-lab/test-kit/started-process'

/** A real inventory process on a port of its own. */
export interface RunningInventory extends AsyncDisposable {
  url: string
  pid: number
  /** How it ended. */
  exited: Promise<{ code: number | null; signal: string | null }>
  /** Sends JSON; returns the status, the text, its JSON (or null) and the headers. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; text: string; json: unknown; headers: Headers }>
  /** The sum of all samples of a metric whose line holds each of `labels`, e.g. `route="/items"`. */
  metric(name: string, ...labels: string[]): Promise<number>
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Starts one as the process manager does, with its log in `shared` or in a directory of its own; resolves when it listens. */
export async function runInventory(databaseUrl: string, shared?: string): Promise<RunningInventory> {
  const directory = shared ?? mkdtempSync(join(tmpdir(), 'inventory-'))
  const env = { PORT: '0', DATABASE_URL: databaseUrl, LOG_DIR: directory }
  const { url, pid, exited, ...started } = await startProcess({ main: MAIN, env, endSignal: 'SIGKILL' })
  const send: RunningInventory['send'] = async (method, path, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(url + path, { method, ...init })
    const text = await answer.text()
    return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : null, headers: answer.headers }
  }
  return {
    url,
    pid,
    exited,
    send,
    async metric(name, ...labels) {
      const { text } = await send('GET', '/metrics')
      const lines = text.split('\n').filter((line) => line.split(/[{ ]/, 1)[0] === name && labels.every((label) => line.includes(label)))
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]()
      if (!shared) rmSync(directory, { recursive: true, force: true })
    },
  }
}
