import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@oncall-lab/test-kit/started-process'
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
  const env = {
    PM_PORT: '0',
    PM_REPLICAS: '0',
    PM_SD_FILE: join(directory, 'targets.json'),
    DATABASE_URL: url,
    ...(holdFile && { PM_DATABASE_HOLD_FILE: holdFile }),
  }
  const { url: address, kill, ...started } = await startProcess({ main: MAIN, env, endSignal: 'SIGKILL' })
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
    kill,
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
