import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes another cause into each diagnosis that the model sent, so that a replay has to come to another verdict. Returns how many turns were changed. */
export function changeCause(tape: string, cause: string): number {
  let changed = 0
  for (const name of readdirSync(tape).filter((each) => each.endsWith('.jsonl'))) {
    const path = join(tape, name)
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => changeLine(JSON.parse(line) as TurnOfTape, cause))
    changed += lines.filter((line) => line.isChanged).length
    writeFileSync(path, `${lines.map(({ line }) => JSON.stringify(line)).join('\n')}\n`)
  }
  return changed
}

/** As far as a line of a tape is looked at (docs/models.md). */
interface TurnOfTape {
  kind: string
  answer?: { tool_calls?: { function: { name: string; arguments: string } }[] }
}

function changeLine(line: TurnOfTape, cause: string): { line: TurnOfTape; isChanged: boolean } {
  const calls = line.kind === 'turn' ? (line.answer?.tool_calls ?? []) : []
  const sent = calls.filter((call) => call.function.name === 'send_diagnosis')
  for (const call of sent) {
    const { class: _class, ...args } = JSON.parse(call.function.arguments) as Record<string, unknown>
    call.function.arguments = JSON.stringify({ ...args, cause })
  }
  return { line, isChanged: sent.length > 0 }
}
