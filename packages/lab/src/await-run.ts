import { setTimeout as delay } from 'node:timers/promises'
import { type LabRun, readRunFile } from './run-file.ts'

const POLL_MS = 100

/** Waits until the run file satisfies `wanted`, at most `withinMs`; returns what it says at the end, null when no lab runs. */
export async function awaitRun(path: string, wanted: (run: LabRun | null) => boolean, withinMs: number): Promise<LabRun | null> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const run = readRunFile(path)
    if (wanted(run) || Date.now() > deadline) return run
    await delay(POLL_MS)
  }
}
