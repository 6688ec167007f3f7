import type { Graded, Score } from './scores.ts'

const GOOD = '#2e9e5b'
const BAD = '#d0483e'
const PLAIN = '#5a7fd6'

/** The four cells of diagnosis and mitigation. */
export function cellsPicture({ cells, graded }: Score): string {
  const cell = (x: number, y: number, name: string, count: number, colour: string) => {
    const share = count / Math.max(1, graded)
    return `<rect x="${x}" y="${y}" width="98" height="58" fill="${colour}" fill-opacity="${(0.12 + 0.75 * share).toFixed(2)}"/><text x="${x + 8}" y="${y + 24}">${name}</text><text x="${x + 8}" y="${y + 44}" style="font-size:16px">${count}</text>`
  }
  return svg(260, 170, 'runs by two questions: was the diagnosis right, and was it cured?', [
    '<text x="50" y="12">cured</text><text x="150" y="12">not cured</text>',
    '<text x="2" y="52">right</text><text x="2" y="112">wrong</text>',
    cell(46, 20, 'both', cells.both, GOOD),
    cell(146, 20, 'understood', cells.understood, PLAIN),
    cell(46, 80, 'lucky', cells.lucky, '#d9a514'),
    cell(146, 80, 'neither', cells.neither, BAD),
  ])
}

/** What was said of being right, against how often it was. */
export function reliabilityPicture({ reliability }: Score): string {
  const [size, left, top] = [130, 30, 14]
  const x = (value: number) => left + value * size
  const y = (value: number) => top + (1 - value) * size
  const points = reliability.map(
    ({ said, right, count }) =>
      `<circle cx="${x(said).toFixed(1)}" cy="${y(right).toFixed(1)}" r="${(3 + Math.sqrt(count) * 2).toFixed(1)}" fill="${PLAIN}" fill-opacity=".6"><title>said ${said.toFixed(2)}, right ${right.toFixed(2)}, ${count} runs</title></circle>`,
  )
  return svg(190, 170, 'how sure it said it was, against how often it was right; on the dashed line the two agree', [
    `<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="currentColor" stroke-opacity=".4" stroke-dasharray="3"/>`,
    `<path d="M${x(0)} ${y(1)}V${y(0)}H${x(1)}" fill="none" stroke="currentColor" stroke-opacity=".5"/>`,
    ...points,
    `<text x="${x(0)}" y="${top + size + 16}">said 0 … 1</text><text x="2" y="10">right</text>`,
  ])
}

const MOMENTS = ['moved', 'fired', 'paged', 'diagnosed', 'acted', 'recovered'] as const

/** A line a run: when the figure moved, the alert fired, the page came, the diagnosis stood, an action began, all was well. */
export function clockPicture(graded: readonly Graded[]): string {
  const longest = Math.max(1, ...graded.flatMap(({ record }) => MOMENTS.map((moment) => record.times[moment] ?? 0)))
  const width = 260
  const rows = graded.slice(0, 40).map(({ record }, index) => {
    const y = 22 + index * 9
    const dots = MOMENTS.flatMap((moment, nth) => {
      const at = record.times[moment]
      if (at === null) return []
      return `<circle cx="${(34 + (at / longest) * width).toFixed(1)}" cy="${y}" r="3" fill="hsl(${nth * 55} 65% 50%)"><title>${record.drill} ${moment} ${at} s</title></circle>`
    })
    return `<text x="2" y="${y + 4}" style="font-size:9px">${record.drill}</text><path d="M34 ${y}H${34 + width}" stroke="currentColor" stroke-opacity=".12"/>${dots.join('')}`
  })
  const legend = MOMENTS.map((moment, nth) => `<tspan fill="hsl(${nth * 55} 65% 50%)">${moment} </tspan>`).join('')
  return svg(310, 34 + rows.length * 9, `each run by its drill: seconds after the break, 0 to ${longest.toFixed(0)}`, [
    `<text x="2" y="11">${legend}</text>`,
    ...rows,
  ])
}

/** Of the pairs with one page and two causes, how many were both told. */
export function twinsPicture({ twins }: Score): string {
  const boxes = Array.from({ length: twins.of }, (_, index) => {
    const [x, y] = [8 + (index % 5) * 26, 26 + Math.floor(index / 5) * 26]
    return `<rect x="${x}" y="${y}" width="22" height="22" rx="4" fill="${index < twins.hits ? GOOD : BAD}" fill-opacity=".75"/>`
  })
  return svg(150, 80, 'pairs of drills with the same page and another cause: green where both were told', [
    `<text x="8" y="14">twins ${twins.hits} of ${twins.of}</text>`,
    ...boxes,
  ])
}

/** A bar a run: how many functions it called; nothing for one that called none. */
export function costPicture(graded: readonly Graded[]): string {
  if (graded.every(({ record }) => record.usage.functions === 0)) return ''
  const most = Math.max(1, ...graded.map(({ record }) => record.usage.functions))
  const bars = graded.slice(0, 60).map(({ record, grade }, index) => {
    const height = (record.usage.functions / most) * 90
    return `<rect x="${4 + index * 6}" y="${(120 - height).toFixed(1)}" width="4" height="${height.toFixed(1)}" fill="${grade.verified ? GOOD : PLAIN}"><title>${record.drill}: ${record.usage.functions} functions, ${record.usage.input_tokens + record.usage.output_tokens} tokens</title></rect>`
  })
  return svg(Math.max(140, 10 + bars.length * 6), 130, 'functions that each run called; green where it was verified', [
    `<text x="4" y="14">functions a run, most ${most}</text>`,
    ...bars,
  ])
}

function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<figure><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${parts.join('')}</svg><figcaption>${title}</figcaption></figure>`
}
