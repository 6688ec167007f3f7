import { LabError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import type { Incident } from '../api.ts'
import { defineTool, type Tool } from '../functions/tool.ts'
import { MODEL_FAULTS, ModelError } from '../models/model-error.ts'
import type { Target } from '../targets/target.ts'
import type { RecordedRun } from './read-tape.ts'
import { type Tape, withFunctions } from './tape.ts'
import type { ResultLine } from './tape-line.ts'

interface ReplayOptions {
  runs: RecordedRun[]
  /** How many of the model's answers come from the tape; the configured model gives those that follow. */
  turns: number
  /** Ids of targets that hold the recorded time: they are asked what is not on the tape. */
  asks?: readonly string[]
}

/**
 * Plays recorded runs again: the n-th answer of the model, and for each function call what it returned when it was recorded. Nothing outside is looked at but what `asks` names,
 * and nothing can be done: targets have no actions here. An incident gets the oldest unused tape of its service with its alert.
 */
export function replayTape({ runs, turns, asks = [] }: ReplayOptions): Tape {
  const free = [...runs]
  const players = new Map<string, Player | undefined>()
  const playerOf = (subject: Incident): Player | undefined => {
    if (!players.has(subject.id)) {
      const run = chooseRun(free, subject)
      if (run) free.splice(free.indexOf(run), 1)
      players.set(subject.id, run && createPlayer(run))
    }
    return players.get(subject.id)
  }
  const played = (tool: Tool, isAsked = false): Tool => ({
    ...tool,
    async run(args, context) {
      const line = playerOf(context.incident)?.result(tool.name, args)
      return !line && isAsked ? tool.run(args, context) : resultOf(line, tool.name)
    },
  })
  const recordedNames = [...new Set(runs.flatMap(({ results }) => results.map(({ name }) => name)))]

  return {
    model(model, subject) {
      if (turns === 0) return model
      return {
        ...model,
        name: `${model.name} (tape)`,
        async answer(transcript, tools, signal) {
          const player = playerOf(subject)
          return player && player.heard >= turns ? model.answer(transcript, tools, signal) : answerOf(player)
        },
      }
    },
    targets: (targets) => {
      const known = targets.flatMap(({ functions }) => functions.map(({ name }) => name))
      const quiet = targets.map(({ actions: _actions, gauges: _gauges, ...target }) =>
        withFunctions(
          target,
          (tools) => tools.map((tool) => played(tool, asks.includes(target.id))),
          async (incident) => playerOf(incident)?.run.covers.get(target.id) ?? false,
        ),
      )
      const strange = recordedNames.filter((name) => !known.includes(name))
      return strange.length === 0 ? quiet : [...quiet, foreignTarget(strange.map((name) => played(foreignTool(name))))]
    },
    tools: (tools) => tools.map((tool) => ({ ...tool, run: played(tool).run })),
    async written() {},
  }
}

type Player = ReturnType<typeof createPlayer>

function createPlayer(run: RecordedRun) {
  let turn = 0
  const used = new Set<ResultLine>()
  return {
    run,
    /** How many of its answers were played. */
    get heard() {
      return turn
    },
    answer() {
      turn += 1
      return run.turns[turn - 1]
    },
    /** The first time of a call that was not played yet, else its last time. */
    result(name: string, args: unknown): ResultLine | undefined {
      const same = run.results.filter((line) => line.name === name && keyOf(line.arguments) === keyOf(args))
      const next = same.find((line) => !used.has(line)) ?? same.at(-1)
      if (next) used.add(next)
      return next
    },
  }
}

function answerOf(player: Player | undefined) {
  const turn = player?.answer()
  if (!turn) throw new ModelError('tape_over', player ? 'The tape holds no further answer' : 'No tape is about this incident')
  if (turn.answer) return turn.answer
  const code = MODEL_FAULTS.find((known) => known === turn.failed?.code) ?? 'model_unavailable'
  throw new ModelError(code, turn.failed?.message ?? 'The model gave no answer when the tape was recorded')
}

function resultOf(line: ResultLine | undefined, name: string): object {
  if (!line) throw new LabError(`The tape holds no such call of ${name}`, { code: 'not_on_tape', status: 404 })
  if (line.failed) throw new LabError(line.failed.message, { code: line.failed.code, status: 502 })
  if (typeof line.result === 'object' && line.result !== null) return line.result
  throw new LabError(`The tape holds no result of ${name}`, { code: 'not_on_tape', status: 404 })
}

/** The same service and alert, else the same service; an inquiry has no ref. */
function chooseRun(runs: RecordedRun[], { ref, service, alerts }: Incident): RecordedRun | undefined {
  const names = new Set(alerts.map(({ alertname }) => alertname))
  const fitting = runs.filter(({ subject }) => subject.service === service && (subject.ref === '') === (ref === ''))
  return fitting.find(({ subject }) => subject.alerts.some(({ alertname }) => names.has(alertname))) ?? fitting[0]
}

/** The same arguments in any order of their names. */
function keyOf(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

/** Functions that this agent has not, for example of a cluster that is not configured here. */
function foreignTarget(functions: Tool[]): Target {
  return { id: 'tape', sees: 'what stands on the tape', covers: async () => true, firstLook: [], functions }
}

function foreignTool(name: string): Tool {
  return defineTool({
    name,
    description: 'Stands on the tape only.',
    parameters: Type.Object({}, { additionalProperties: true }),
    run: async () => ({}),
    summarise: () => `${name} answered as on the tape.`,
  })
}
