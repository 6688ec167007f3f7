import { setTimeout as delay } from 'node:timers/promises'
import type { IncidentList } from '@oncall-lab/on-call-agent/api'

/** Watches a lab in which nothing is broken, so many times for so many seconds, and tells of the incidents that it opened. */
export async function watchHealthy({ agent }: { agent: string }, runs: number, seconds: number): Promise<string> {
  const read = async () => ((await (await fetch(`${agent}/api/incidents?limit=100`)).json()) as IncidentList).incidents
  const lines: string[] = []
  for (let run = 1; run <= runs; run += 1) {
    const before = new Set((await read()).map(({ id }) => id))
    await delay(seconds * 1_000)
    const opened = (await read()).filter(({ id }) => !before.has(id))
    const said = opened.map(({ alerts, diagnosis }) => `${alerts[0]?.alertname}: ${diagnosis?.cause ?? 'no diagnosis'}`)
    lines.push(`| ${run} | ${opened.length} | ${said.join('; ')} |`)
    console.error(lines.at(-1))
  }
  return [`| healthy run of ${seconds} s | incidents | said |`, '|---|---|---|', ...lines].join('\n')
}
