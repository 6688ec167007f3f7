import type { Outcome } from './run-cause.ts'

/** The outcomes as Markdown: a row a run, and the sums above. */
export function formatOutcomes(outcomes: readonly Outcome[]): string {
  const graded = outcomes.filter((outcome) => outcome.void === undefined)
  const count = (fits: (outcome: Outcome) => boolean) => graded.filter(fits).length
  const confident = count(({ verdict, diagnosis }) => verdict === 'wrong' && (diagnosis?.confidence ?? 0) >= 0.7)
  const sums = (['right', 'wrong', 'abstained', 'no alert'] as const).map((each) => `${each} ${count(({ verdict }) => verdict === each)}`)
  return [
    `${graded.length} runs: ${sums.join(', ')}; confidently wrong ${confident}; void ${outcomes.length - graded.length}.`,
    '',
    '| cause | run | alert | verdict | said | where | seconds after the fault / the alert | calls |',
    '|---|---|---|---|---|---|---|---|',
    ...outcomes.map(formatOutcome),
  ].join('\n')
}

/** One run as a row. */
export function formatOutcome(outcome: Outcome): string {
  const { cause, run, alert, verdict, diagnosis, seconds, alertSeconds, calls, isAsked } = outcome
  if (outcome.void !== undefined) return `| ${cause.id} | ${run} | | void | ${cell(outcome.void)} | | | |`
  if (!diagnosis) return `| ${cause.id} | ${run} | none within ${seconds.toFixed(0)} s | ${verdict} | | | | |`
  const place = diagnosis.affected_file === undefined ? '' : `${diagnosis.affected_file}:${diagnosis.line_number}`
  const where = [place, ...(diagnosis.instances ?? []), ...(diagnosis.routes ?? [])].filter(Boolean).slice(0, 4).join(', ')
  const said = `${diagnosis.status} ${diagnosis.cause} ${diagnosis.confidence.toFixed(2)}`
  return `| ${cause.id} | ${run} | ${isAsked ? 'asked' : alert} | ${verdict} | ${said} | ${cell(where)} | ${seconds.toFixed(1)} / ${alertSeconds.toFixed(1)} | ${calls} |`
}

const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 160)
