import type { Share } from '../grade/statistics.ts'
import { type Graded, isRight, type Score, weakDrills } from './scores.ts'

/** The report card for a terminal: a line a run, then a column a contender. */
export function describeReport(graded: readonly Graded[], scores: readonly Score[]): string {
  const weak = weakDrills(graded)
  const marks = weak.length > 0 ? ['', `weak, since always restarting cures them: ${weak.join(', ')}`] : []
  return [...graded.map(describeRun), '', ...describeScores(scores), ...marks].join('\n')
}

function describeRun({ record, grade }: Graded): string {
  const mark = grade.verified ? 'VERIFIED' : grade.graded ? (isRight(grade) ? 'right   ' : 'wrong   ') : record.outcome.padEnd(8)
  const said = record.report ? `${record.report.cause} ${record.report.confidence.toFixed(2)}` : '–'
  const who = `${String(record.drill).padStart(3)} ${record.name}`
  const lacks = grade.verified ? '' : `  ${grade.lacks.slice(0, 3).join('; ')}`
  return `${mark}  ${who.padEnd(30)} ${record.agent.padEnd(16)} ${said.padEnd(28)} ${`${record.times.diagnosed ?? '–'} s`.padStart(7)}${lacks}`
}

const ROWS: [string, (score: Score) => string][] = [
  ['runs (graded)', ({ runs, graded }) => `${runs} (${graded})`],
  ['void · no answer · provider', (score) => `${score.void} · ${score.noAnswer} · ${score.providerErrors}`],
  ['Verified Resolve', ({ verified }) => describeShare(verified)],
  ['cause and component', ({ cause }) => describeShare(cause)],
  ['the same in the end', ({ inTheEnd }) => describeShare(inTheEnd)],
  ['cause among three', ({ top3 }) => describeShare(top3)],
  ['grounded', ({ grounded }) => describeShare(grounded)],
  ['mitigated, nobody harmed', ({ mitigated }) => describeShare(mitigated)],
  ['lucky', ({ lucky }) => describeShare(lucky)],
  ['confidently wrong', ({ confidentWrong }) => describeShare(confidentWrong)],
  ['abstained', ({ abstained }) => describeShare(abstained)],
  ['false alarms', ({ falseAlarms }) => describeShare(falseAlarms)],
  ['credit', ({ credit }) => credit.toFixed(2)],
  ['Brier · calibration error', ({ brier, calibrationError }) => `${brier.toFixed(2)} · ${calibrationError.toFixed(2)}`],
  ['twins', ({ twins }) => describeShare(twins)],
  ['stable over runs', ({ stable }) => describeShare(stable)],
  ['break to page · diagnosis', ({ clock }) => `${clock.paged ?? '–'} · ${clock.diagnosed ?? '–'} s`],
  ['to action · recovery', ({ clock }) => `${clock.acted ?? '–'} · ${clock.recovered ?? '–'} s`],
  ['functions · tokens', ({ cost }) => `${cost.functions} · ${cost.inputTokens + cost.outputTokens}`],
  ['lab clean afterwards', ({ clean }) => describeShare(clean)],
  ['leaks', ({ leaks }) => String(leaks)],
]

function describeScores(scores: readonly Score[]): string[] {
  const names = scores.map(({ agent, model }) => (model === agent ? agent : `${agent} (${model})`))
  const rows = [['', ...names], ...ROWS.map(([title, read]) => [title, ...scores.map(read)])]
  const widths = names.map((_, index) => Math.max(...rows.map((row) => (row[index + 1] ?? '').length)))
  return rows.map(([title = '', ...cells]) =>
    [title.padEnd(28), ...cells.map((cell, index) => cell.padEnd(widths[index] ?? 0))].join('  ').trimEnd(),
  )
}

/** `3/8 (38 %, 14–69)`: how many of how many, and the interval of 95 %. */
export function describeShare({ hits, of, share, low, high }: Share): string {
  if (of === 0) return '–'
  const percent = (value: number) => (value * 100).toFixed(0)
  return `${hits}/${of} (${percent(share)} %, ${percent(low)}–${percent(high)})`
}

/** The closing line of `--json`. */
export function closingLine(scores: readonly Score[]): string {
  return JSON.stringify({
    scores: scores.map((score) => ({
      agent: score.agent,
      model: score.model,
      runs: score.runs,
      graded: score.graded,
      void: score.void,
      verified_resolve: score.verified.share,
      cause: score.cause.share,
      top3: score.top3.share,
      lucky: score.lucky.share,
      confident_wrong: score.confidentWrong.share,
      false_alarms: score.falseAlarms.hits,
      calibration_error: score.calibrationError,
      brier: score.brier,
      twins: score.twins.share,
      clean: score.clean.share,
      leaks: score.leaks,
    })),
  })
}
