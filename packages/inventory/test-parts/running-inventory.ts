import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

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
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', DATABASE_URL: databaseUrl, LOG_DIR: directory, LAB_LEASH: 'stdin' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const address = /Server listening at (http:[^"]+)/.exec(line)?.[1]
      if (address) resolve(address)
    })
    child.once('exit', () => reject(new Error('inventory ended before it listened')))
  })
  const send: RunningInventory['send'] = async (method, path, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(url + path, { method, ...init })
    const text = await answer.text()
    return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : null, headers: answer.headers }
  }
  return {
    url,
    pid: child.pid ?? 0,
    exited,
    send,
    async metric(name, ...labels) {
      const { text } = await send('GET', '/metrics')
      const lines = text.split('\n').filter((line) => line.split(/[{ ]/, 1)[0] === name && labels.every((label) => line.includes(label)))
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      if (!shared) rmSync(directory, { recursive: true, force: true })
    },
  }
}
