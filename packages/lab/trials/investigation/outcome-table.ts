import type { KeptOutcome } from './results-file.ts'

/** The outcomes as Markdown: the sums, and a row a cause. */
export function formatOutcomes(outcomes: readonly KeptOutcome[]): string {
  const graded = outcomes.filter((outcome) => outcome.void === undefined)
  const count = (fits: (outcome: KeptOutcome) => boolean) => graded.filter(fits).length
  const sums = (['right', 'wrong', 'abstained', 'no alert'] as const).map((each) => `${each} ${count(({ verdict }) => verdict === each)}`)
  return [
    `${graded.length} runs: ${sums.join(', ')}; confidently wrong ${count(isConfidentlyWrong)}; void ${outcomes.length - graded.length}.`,
    '',
    '| cause | right | said | where | seconds after the fault / the alert | calls |',
    '|---|---|---|---|---|---|',
    ...[...Map.groupBy(outcomes, ({ cause }) => cause.id)].map(([id, runs]) => formatCause(id, runs)),
  ].join('\n')
}

const isConfidentlyWrong = ({ verdict, diagnosis }: KeptOutcome) => verdict === 'wrong' && (diagnosis?.confidence ?? 0) >= 0.7

/** All runs of a cause as a row: what was said each time, where the first time, and the medians. */
function formatCause(id: string, runs: readonly KeptOutcome[]): string {
  const graded = runs.filter((outcome) => outcome.void === undefined)
  const right = graded.filter(({ verdict }) => verdict === 'right')
  const told = graded.filter(({ diagnosis }) => diagnosis !== undefined)
  const of = (value: (outcome: KeptOutcome) => number) => median(told.map(value))
  const [first] = right.length > 0 ? right : told
  const times = told.length === 0 ? '' : `${of(({ seconds }) => seconds).toFixed(0)} / ${of(({ alertSeconds }) => alertSeconds).toFixed(1)}`
  return `| ${id} | ${right.length} of ${graded.length} | ${runs.map(sayOne).join('; ')} | ${first ? whereOf(first) : ''} | ${times} | ${told.length === 0 ? '' : of(({ calls }) => calls)} |`
}

/** One run as a line of the trial that goes on. */
export function formatOutcome(outcome: KeptOutcome): string {
  const { cause, run, alert, verdict, seconds, alertSeconds, calls, isAsked } = outcome
  return `${cause.id} (${run}): ${verdict}; ${isAsked ? 'asked' : alert}; ${sayOne(outcome)}; ${whereOf(outcome)}; ${seconds.toFixed(1)} / ${alertSeconds.toFixed(1)} s; ${calls} calls`
}

function sayOne({ void: why, diagnosis, verdict, seconds }: KeptOutcome): string {
  if (why !== undefined) return `void (${cell(why)})`
  if (!diagnosis) return `no alert within ${seconds.toFixed(0)} s`
  return `${verdict === 'right' ? '' : `${verdict}: `}${diagnosis.cause} ${diagnosis.confidence.toFixed(2)}`
}

function whereOf({ diagnosis }: KeptOutcome): string {
  const line = diagnosis?.line_number === undefined ? '' : `:${diagnosis.line_number}`
  const place = diagnosis?.affected_file === undefined ? '' : `${diagnosis.affected_file}${line}`
  return cell([place, ...(diagnosis?.instances ?? []), ...(diagnosis?.routes ?? [])].filter(Boolean).slice(0, 4).join(', '))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 160)
