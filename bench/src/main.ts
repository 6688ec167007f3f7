import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { busyWarning, chooseCores, type MachineFacts, machineFacts } from './machine.ts'
import { parseOptions } from './options.ts'
import type { Part, PartResult } from './part.ts'
import { PARTS } from './parts.ts'
import { drawPicture } from './picture.ts'
import { printResult, rowsOf } from './print-result.ts'

const EXIT_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** The last full run is kept with the code; a smoke run's figures mean nothing. */
const [RESULTS, SMOKE_RESULTS] = [at('../results/'), at('../../.lab/bench/')]

const options = parseOptions(
  process.argv.slice(2),
  PARTS.map(({ name }) => name),
)
if (process.platform !== 'linux') {
  console.error('bench reads CPU time and memory from /proc: it runs on Linux only.')
  process.exit(1)
}

const interrupt = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt.abort(name))

async function main(signal: AbortSignal): Promise<void> {
  const machine = machineFacts()
  const warning = busyWarning(machine)
  if (warning) console.error(warning)
  const directory = mkdtempSync(join(tmpdir(), 'oncall-lab-bench-'))
  const results: PartResult[] = []
  try {
    for (const part of PARTS.filter(({ name }) => options.parts.includes(name))) {
      const result = await tryPart(part, directory, signal)
      if (!result) continue
      console.log(printResult(result))
      keep(result, machine)
      results.push(result)
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  if (options.json) writeFileSync(options.json, asJson({ machine, results: results.map(withRows) }))
}

/** Undefined for a part that failed: the others are run all the same, and the exit status tells. */
async function tryPart(part: Part, directory: string, signal: AbortSignal): Promise<PartResult | undefined> {
  console.error(`\n${part.name}`)
  const say = (line: string) => console.error(`  ${line}`)
  try {
    return await part.run({ ...options, cores: chooseCores(), directory, say }, signal)
  } catch (error) {
    signal.throwIfAborted()
    console.error(`${part.name} failed:`, error)
    process.exitCode = 1
    return undefined
  }
}

function keep(result: PartResult, machine: MachineFacts): void {
  const place = options.smoke ? SMOKE_RESULTS : RESULTS
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, `${result.part}.json`), asJson({ machine, ...withRows(result) }))
  writeFileSync(join(place, `${result.part}.svg`), drawPicture(result, machine))
}

/** Medians, spreads and ratios beside the single values. */
function withRows(result: PartResult) {
  return { ...result, measures: result.measures.map((measure) => ({ name: measure.name, unit: measure.unit, rows: rowsOf(measure) })) }
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

try {
  await main(interrupt.signal)
} catch (error) {
  if (!interrupt.signal.aborted) throw error
  console.error('Interrupted; everything that was started is ended.')
  process.exitCode = EXIT_STATUS[interrupt.signal.reason as keyof typeof EXIT_STATUS] // The handlers above gave the reason.
}
