import type { MachineFacts } from './machine.ts'
import type { Measure, PartResult } from './part.ts'
import { counted, rowsOf, short } from './print-result.ts'

const WIDTH = 860
const BAR = { left: 190, width: 500, height: 16, step: 24 }
const HEAD = 90
const TITLE = 34
const [OURS, THEIRS] = ['#1a7f5a', '#9aa7b4']

/** A part's pictured measures as bars: the median, and a line from the least to the most of all rounds. SVG. */
export function drawPicture({ part, setting, rounds, measures }: PartResult, machine: MachineFacts): string {
  const pictured = measures.filter((measure) => measure.pictured)
  const charts: string[] = []
  let top = HEAD
  for (const measure of pictured) {
    charts.push(chart(measure, top))
    top += TITLE + Object.keys(measure.values).length * BAR.step + 16
  }
  const facts = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.date.slice(0, 10)}, load before ${machine.load_before}`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" font-family="system-ui, sans-serif" font-size="13" fill="#1f2328">
<title>bench ${part}</title>
<rect width="${WIDTH}" height="${top}" fill="#ffffff"/>
${text(20, 28, `bench ${part}`, 'font-size="18" font-weight="600"')}
${text(20, 48, setting, 'fill="#59636e" font-size="12"')}
${text(20, 64, `${counted(rounds)}: bars to the median, lines from the least to the most`, 'fill="#59636e" font-size="12"')}
${text(20, 80, facts, 'fill="#59636e" font-size="12"')}
${charts.join('\n')}
</svg>
`
}

function chart(measure: Measure, top: number): string {
  const rows = rowsOf(measure)
  const most = Math.max(...rows.map(({ max }) => max), Number.MIN_VALUE)
  const at = (value: number) => BAR.left + (Math.max(0, value) / most) * BAR.width
  const bars = rows.map(({ contender, median, min, max }, i) => {
    const y = top + TITLE + i * BAR.step
    const middle = y + BAR.height / 2
    const color = contender.startsWith('oncall-lab') ? OURS : THEIRS
    return [
      text(BAR.left - 8, y + 13, contender, 'text-anchor="end"'),
      `<rect x="${BAR.left}" y="${y}" width="${(at(median) - BAR.left).toFixed(1)}" height="${BAR.height}" rx="2" fill="${color}"/>`,
      `<line x1="${at(min).toFixed(1)}" x2="${at(max).toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#1f2328" stroke-width="1.5"/>`,
      text(at(max) + 8, y + 13, short(median), ''),
    ].join('')
  })
  return [text(20, top + 20, `${measure.name}, ${measure.unit}`, 'font-weight="600"'), ...bars].join('\n')
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped}</text>`
}
