import { appendFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { redactDeep } from '@oncall-lab/service-kit/guard'
import type { Redact } from '@oncall-lab/service-kit/redact'
import type { Incident } from '../api.ts'
import type { Tool, ToolContext } from '../functions/tool.ts'
import { type Tape, withFunctions } from './tape.ts'
import type { TapeLine, TurnLine } from './tape-line.ts'

interface RecordOptions {
  directory: string
  /** Nothing is written that this has not read. */
  redact: Redact
  onError: (what: string, error: unknown) => void
}

/** Runs that are written at a time; of older ones only what they have heard is forgotten, so their next turn is written whole. */
const MOST_OPEN = 1_000

/** Writes each run to a file of its own, `<ref>-<id>.jsonl` or `inquiry-<id>.jsonl`. What cannot be written holds up no run. */
export function recordTape({ directory, redact, onError }: RecordOptions): Tape {
  const runs = new Map<string, { heard: number; seen: Set<string>; writing: Promise<void> }>()

  function write(subject: Incident, line: TapeLine): void {
    const run = runOf(subject)
    const path = join(directory, fileOf(subject))
    const text = `${JSON.stringify(redactDeep(line, redact))}\n`
    run.writing = run.writing
      .then(() => appendFile(path, text, { mode: 0o600 }))
      .catch((error: unknown) => onError(`writing the tape ${path}`, error))
  }

  function runOf(subject: Incident) {
    const known = runs.get(subject.id)
    if (known) return known
    if (runs.size >= MOST_OPEN) runs.delete(runs.keys().next().value ?? '')
    const run = { heard: 0, seen: new Set<string>(), writing: Promise.resolve() }
    runs.set(subject.id, run)
    run.writing = begin(join(directory, fileOf(subject)), subject)
    return run
  }

  async function begin(path: string, subject: Incident): Promise<void> {
    await writeSubject(path, subject).catch((error: unknown) => onError(`writing the tape ${path}`, error))
  }

  async function writeSubject(path: string, { id, ref, service, severity, alerts }: Incident): Promise<void> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const size = await stat(path)
      .then((file) => file.size)
      .catch(() => 0)
    if (size > 0) return
    const line: TapeLine = { kind: 'subject', version: 1, at: now(), ref, id, service, severity, alerts }
    await appendFile(path, `${JSON.stringify(redactDeep(line, redact))}\n`, { mode: 0o600 })
  }

  const recorded = (tool: Tool): Tool => ({
    ...tool,
    async run(args, context) {
      const started = performance.now()
      const tell = (outcome: { result: object } | { failed: { code: string; message: string } }) =>
        write(context.incident, {
          ...{ kind: 'result', at: now(), name: tool.name, arguments: args },
          ...{ duration_ms: Math.round(performance.now() - started), ...outcome },
        })
      return settled(tool, args, context, tell)
    },
  })

  return {
    model: (model, subject) => ({
      ...model,
      async answer(transcript, tools, signal) {
        const run = runOf(subject)
        const started = performance.now()
        const tell = (outcome: Pick<TurnLine, 'answer' | 'failed'>) =>
          write(subject, {
            ...{ kind: 'turn', at: now(), model: model.name, offered: tools.map(({ name }) => name) },
            ...{ heard: transcript.slice(run.heard), sent_bytes: Buffer.byteLength(JSON.stringify(transcript)) },
            ...{ duration_ms: Math.round(performance.now() - started), ...outcome },
          })
        try {
          const answer = await model.answer(transcript, tools, signal)
          tell({ answer })
          // The answer itself comes back as one more message.
          run.heard = transcript.length + 1
          return answer
        } catch (error) {
          tell({ failed: failureOf(error) })
          run.heard = transcript.length
          throw error
        }
      },
    }),
    targets: (targets) =>
      targets.map((target) =>
        withFunctions(
          target,
          (tools) => tools.map(recorded),
          async (incident, signal) => {
            const covers = await target.covers(incident, signal).catch(() => true)
            const { seen } = runOf(incident)
            if (!seen.has(target.id)) write(incident, { kind: 'sight', at: now(), target: target.id, covers })
            seen.add(target.id)
            return covers
          },
        ),
      ),
    // The same tools with another `run`.
    tools: (tools) => tools.map((tool) => ({ ...tool, run: recorded(tool).run })),
    async written() {
      await Promise.all([...runs.values()].map(({ writing }) => writing))
    },
  }
}

const now = () => new Date().toISOString()
const fileOf = ({ ref, id }: Incident) => `${ref === '' ? 'inquiry' : ref}-${id.replace(/[^\w-]/g, '_')}.jsonl`

function failureOf(error: unknown): { code: string; message: string } {
  return { code: error instanceof LabError ? error.code : 'tool_failed', message: describeError(error) }
}

type Tell = (outcome: { result: object } | { failed: { code: string; message: string } }) => void

/** Runs the function; what it says after its time is over was not heard, and is not told. */
async function settled(tool: Tool, args: unknown, context: ToolContext, tell: Tell): Promise<object> {
  const { signal } = context
  let isTold = false
  const once: Tell = (outcome) => {
    if (!isTold) tell(outcome)
    isTold = true
  }
  const late = () => once({ failed: { code: 'tool_timeout', message: 'The time for this call is over' } })
  signal.addEventListener('abort', late, { once: true })
  try {
    const result = await tool.run(args, context)
    once({ result })
    return result
  } catch (error) {
    once({ failed: failureOf(error) })
    throw error
  } finally {
    signal.removeEventListener('abort', late)
  }
}
