import { FLEET_FAULTS } from '@oncall-lab/process-manager/api'
import type { Drill } from '../drill.ts'
import type { PlannedStep } from './plan.ts'

/** Names that a fault shares with what it causes, with plain words, or with a parameter of PostgreSQL: finding them proves nothing. */
const PLAIN = ['errors', 'latency', 'cpu', 'crash', 'lock', 'max_connections']

/** Characters shown on both sides of a mark. */
const AROUND = 60

/** Marks of the drill in what an agent read: its name, its sentence, the fault's name, a field of it, the word drill. */
export function findLeaks({ name, says }: Drill, steps: readonly PlannedStep[], read: string): string[] {
  const modes = steps.flatMap(({ step }) => (step.do === 'fault' ? [step.mode] : []))
  const fields = FLEET_FAULTS.filter(({ mode }) => modes.includes(mode)).flatMap((fault) => Object.keys(fault.fields))
  const marks = [name, says, ...modes.filter((mode) => !PLAIN.includes(mode)), ...fields, '/fault', 'ground truth']
  const text = read.toLowerCase()
  return [...marks.map((mark) => text.search(wordOf(mark))), text.search(/\bdrills?\b/)]
    .filter((at) => at >= 0)
    .map((at) => `"${read.slice(Math.max(0, at - AROUND), at + AROUND)}"`)
}

/** The mark as a word of its own: `p_error` does not stand in `http_errors`. */
function wordOf(mark: string): RegExp {
  const literal = mark.toLowerCase().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<!\\w)${literal}(?!\\w)`)
}
