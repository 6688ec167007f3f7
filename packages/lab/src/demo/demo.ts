import type { Lab } from '../lab.ts'

export async function runDemo(
  _lab: Lab,
  _options: { keep: boolean; full: boolean; running: boolean; signal: AbortSignal },
): Promise<void> {}
