import { writeFileSync } from 'node:fs'
import type { Drill } from '../drill.ts'
import { cellsPicture, clockPicture, costPicture, reliabilityPicture, twinsPicture } from './pictures.ts'
import { type Graded, isRight, type Score, weakDrills } from './scores.ts'
import { describeShare } from './terminal.ts'

/** Writes the report card as one page that needs nothing else; each figure links to the runs that it counts, each run to its record beside the page. */
export function writePage(path: string, drills: readonly Drill[], graded: readonly Graded[], scores: readonly Score[]): void {
  writeFileSync(path, pageOf(drills, graded, scores))
}

/** The report card as HTML. */
function pageOf(drills: readonly Drill[], graded: readonly Graded[], scores: readonly Score[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drills: report card</title><style>${STYLE}</style></head><body>
<h1>Drills: report card</h1>
<p>${graded.length} runs of ${new Set(graded.map(({ record }) => record.drill)).size} drills. No model judged: each figure is computed from the records below.
Intervals are Wilson's, of 95&nbsp;%.</p>
<h2>Figures</h2>${scoreTable(graded, scores)}
${scores
  .map((score) =>
    picturesOf(
      score,
      graded.filter((one) => isOf(one, score)),
    ),
  )
  .join('\n')}
<h2>Drills</h2>${drillTable(drills, graded, scores)}
<h2>Runs</h2>${graded.map((one) => runOf(one, drills)).join('\n')}
</body></html>
`
}

const STYLE = `
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #8884;padding:.25rem .6rem;text-align:left;vertical-align:top}
th{font-weight:600}.good{color:#197a3e}.half{color:#8a5a00}.bad{color:#b3261e}.dim{opacity:.65}figure{display:inline-block;margin:.5rem 1.5rem 1rem 0;vertical-align:top}figcaption{max-width:19rem;font-size:13px;opacity:.8}svg{display:block;max-width:100%}svg text{fill:currentColor;font:11px system-ui}
details{border-bottom:1px solid #8884;padding:.3rem 0}summary{cursor:pointer}pre{white-space:pre-wrap;font-size:12px}a{color:inherit}
@media (prefers-color-scheme:dark){.good{color:#7bd39a}.half{color:#f0c060}.bad{color:#ff8a80}}`

type Row = [title: string, read: (score: Score) => string, counts: (one: Graded) => boolean]

const ROWS: Row[] = [
  ['runs that count', ({ graded, runs }) => `${graded} of ${runs}`, ({ grade }) => grade.graded],
  ['void', (score) => String(score.void), ({ record }) => record.outcome === 'void' || record.outcome === 'no_alert'],
  ['no answer in time', ({ noAnswer }) => String(noAnswer), ({ record }) => record.outcome === 'no_answer'],
  ['provider errors', ({ providerErrors }) => String(providerErrors), ({ record }) => record.outcome === 'provider_error'],
  ['Verified Resolve', ({ verified }) => describeShare(verified), ({ grade }) => grade.verified],
  ['cause and component right', ({ cause }) => describeShare(cause), ({ grade }) => isRight(grade)],
  ['the same of what it said in the end', ({ inTheEnd }) => describeShare(inTheEnd), ({ grade }) => grade.rightInTheEnd],
  ['true cause among the first three', ({ top3 }) => describeShare(top3), ({ grade }) => grade.top3],
  ['every citation holds', ({ grounded }) => describeShare(grounded), ({ grade }) => grade.grounded],
  ['mitigated, nobody harmed', ({ mitigated }) => describeShare(mitigated), ({ grade }) => grade.mitigated && grade.unharmed],
  ['lucky: cured, and not understood', ({ lucky }) => describeShare(lucky), ({ grade }) => grade.cell === 'lucky'],
  ['confidently wrong (0.7 and more)', ({ confidentWrong }) => describeShare(confidentWrong), ({ grade }) => grade.confidentWrong],
  ['abstained', ({ abstained }) => describeShare(abstained), ({ grade }) => grade.abstained],
  ['false alarms where nothing is wrong', ({ falseAlarms }) => describeShare(falseAlarms), ({ grade }) => grade.falseAlarm],
  ['Brier score', ({ brier }) => brier.toFixed(3), ({ grade }) => grade.graded],
  ['calibration error', ({ calibrationError }) => calibrationError.toFixed(3), ({ grade }) => grade.graded],
  ['twins, both right', ({ twins }) => describeShare(twins), ({ grade }) => isRight(grade)],
  ['same verdict in each run', ({ stable }) => describeShare(stable), ({ grade }) => grade.graded],
  ['lab as it was afterwards', ({ clean }) => describeShare(clean), ({ record }) => record.leftovers.length === 0],
  ['marks of the drill in what was read', ({ leaks }) => String(leaks), ({ record }) => record.leaks.length > 0],
]

function scoreTable(graded: readonly Graded[], scores: readonly Score[]): string {
  const head = scores.map(
    ({ agent, model }) => `<th>${html(agent)}${model === agent ? '' : `<br><span class="dim">${html(model)}</span>`}</th>`,
  )
  const rows = ROWS.map(([title, read, counts]) => {
    const cells = scores.map((score) => {
      const runs = graded.filter((one) => isOf(one, score) && counts(one))
      const links = runs.slice(0, 60).map((one) => `<a href="#${anchorOf(one)}">${one.record.drill}</a>`)
      return `<td>${html(read(score))}${links.length > 0 ? `<br><span class="dim">${links.join(' ')}</span>` : ''}</td>`
    })
    return `<tr><th>${html(title)}</th>${cells.join('')}</tr>`
  })
  return `<table><tr><th></th>${head.join('')}</tr>${rows.join('')}</table>`
}

function picturesOf(score: Score, graded: readonly Graded[]): string {
  const name = score.model === score.agent ? score.agent : `${score.agent} (${score.model})`
  const pictures = [cellsPicture(score), reliabilityPicture(score), clockPicture(graded), twinsPicture(score), costPicture(graded)]
  return `<h2>${html(name)}</h2><div>${pictures.join('')}</div>`
}

/** A line a drill: how often each contender was right. A drill that always restarting solves is weak. */
function drillTable(drills: readonly Drill[], graded: readonly Graded[], scores: readonly Score[]): string {
  const played = drills.filter(({ id }) => graded.some(({ record }) => record.drill === id))
  const rows = played.map((drill) => {
    const own = graded.filter(({ record }) => record.drill === drill.id)
    const weak = weakDrills(own).length > 0
    const cells = scores.map((score) => {
      const runs = own.filter((one) => isOf(one, score))
      return `<td>${runs.map((one) => `<a class="${toneOf(one)}" href="#${anchorOf(one)}">${wordOf(one)}</a>`).join(', ')}</td>`
    })
    return `<tr><td>${drill.id}</td><td>${html(drill.says)}${weak ? ' <b>weak: a restart cures it</b>' : ''}</td>${cells.join('')}</tr>`
  })
  return `<table><tr><th>id</th><th>what really happens</th>${scores.map(({ agent }) => `<th>${html(agent)}</th>`).join('')}</tr>${rows.join('')}</table>`
}

function wordOf({ grade, record }: Graded): string {
  if (!grade.graded) return record.outcome.replaceAll('_', ' ')
  if (grade.verified) return 'verified'
  return isRight(grade) ? 'right, not cured' : grade.abstained ? 'abstained' : 'wrong'
}

/** Right and not cured is half of it; what was not graded says nothing of the agent. */
function toneOf({ grade }: Graded): string {
  if (!grade.graded) return 'dim'
  if (grade.verified) return 'good'
  return isRight(grade) || grade.abstained ? 'half' : 'bad'
}

function runOf(one: Graded, drills: readonly Drill[]): string {
  const { record, grade, file } = one
  const drill = drills.find(({ id }) => id === record.drill)
  const facts = [
    ['truth', `${drill?.truth.causes.join(' or ')} · ${drill?.truth.components.join(' or ')}; ${drill?.tells}`],
    [
      'said',
      record.report
        ? `${record.report.cause} · ${record.report.component} (${record.report.confidence}): ${record.report.root_cause}`
        : 'nothing',
    ],
    ...(record.last_report
      ? [['said in the end', `${record.last_report.cause} · ${record.last_report.component} (${record.last_report.confidence})`] as const]
      : []),
    ['lacks', grade.lacks.join('; ') || 'nothing'],
    ['alerts', record.alerts.map(({ name, at }) => `${name} +${at} s`).join(', ')],
    ['cited', record.citations.map(({ says, stands }) => `${stands ? '✓' : '✗'} ${says}`).join('\n')],
    [
      'done',
      record.actions
        .map(({ action, arguments: args, status, at }) => `${action} ${JSON.stringify(args)}: ${status}, +${at ?? '–'} s`)
        .join('\n') || 'nothing',
    ],
    ['left', record.leftovers.join('; ') || 'nothing'],
    [
      'clock',
      Object.entries(record.times)
        .map(([name, at]) => `${name} ${at ?? '–'}`)
        .join(' · '),
    ],
  ]
  const title = `${record.drill} ${record.name}, seed ${record.seed}, ${record.agent}: ${wordOf(one)}`
  return `<details id="${anchorOf(one)}"><summary class="${toneOf(one)}">${html(title)}</summary><pre>${facts
    .map(([name, text]) => `<b>${name}</b> ${html(text ?? '')}`)
    .join('\n')}</pre><a href="${encodeURI(file)}">the record</a></details>`
}

function isOf({ grade }: Graded, { agent, model }: Score): boolean {
  return grade.agent === agent && grade.model === model
}

function anchorOf({ record }: Graded): string {
  return `d${record.drill}-s${record.seed}-r${record.round}-${record.agent}-${record.model}`.replaceAll(/[^\w-]/g, '_')
}

/** For HTML text and attributes. */
function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
