import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ActiveFaults } from '../src/api.ts'

/** A real process manager without instances, which can be stopped and killed. */
export interface FaultGiver extends AsyncDisposable {
  /** Resolves when the fault acts. */
  give(fault: object): Promise<void>
  active(): Promise<ActiveFaults['faults']>
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Starts one that breaks the database at `url`; resolves when it listens. */
export async function runFaultGiver(url: string, holdFile?: string): Promise<FaultGiver> {
  const directory = mkdtempSync(join(tmpdir(), 'fault-giver-'))
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH ?? '',
      PM_PORT: '0',
      PM_REPLICAS: '0',
      PM_SD_FILE: join(directory, 'targets.json'),
      DATABASE_URL: url,
      LAB_LEASH: 'stdin',
      ...(holdFile && { PM_DATABASE_HOLD_FILE: holdFile }),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const address = await listening(child)
  return {
    async give(fault) {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${address}/fault`, { method: 'POST', headers, body: JSON.stringify(fault) })
      if (!answer.ok) throw new Error(await answer.text())
    },
    async active() {
      const answer = await fetch(`${address}/fault`)
      return ((await answer.json()) as ActiveFaults).faults
    },
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function listening(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  child.once('exit', () => reject(new Error('the process manager ended before it listened')))
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) => {
      const address = /Server listening at (http:[^"]+)/.exec(line)?.[1]
      if (address) resolve(address)
    })
  return promise
}
