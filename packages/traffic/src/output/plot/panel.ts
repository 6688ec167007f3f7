import type { Scale } from './scale.ts'
import { escapeText, tag } from './svg.ts'

/** A line over time; null leaves a gap. */
interface Curve {
  name: string
  color: string
  dashed?: boolean
  points: readonly (readonly [at: number, value: number | null])[]
}

/** One diagram of the picture; the scales hold where it lies. */
export interface Panel {
  title: string
  x: Scale
  y: Scale
  left: number
  right: number
  top: number
  bottom: number
  tickText(value: number): string
  curves: readonly Curve[]
}

const GRID = '#e3e6ea'
const INK = '#4a5260'

/** The diagram as SVG: title and legend in one row above, a grid, the curves. */
export function drawPanel({ title, x, y, left, right, top, bottom, tickText, curves }: Panel): string {
  const rows = y.ticks.map(
    (tick) =>
      tag('line', { x1: left, x2: right, y1: y(tick), y2: y(tick), stroke: GRID }) +
      tag('text', { x: left - 8, y: y(tick) + 4, 'text-anchor': 'end', fill: INK }, tickText(tick)),
  )
  const columns = x.ticks.map((tick) => tag('line', { x1: x(tick), x2: x(tick), y1: top, y2: bottom, stroke: GRID }))
  const heading = tag('text', { x: left, y: top - 12, 'font-weight': 600, fill: '#1c2430' }, escapeText(title))
  return [...columns, ...rows, heading, legend(curves, right, top - 12), ...curves.map((curve) => drawCurve(curve, x, y))].join('\n')
}

function legend(curves: readonly Curve[], right: number, y: number): string {
  let x = right
  return curves
    .toReversed()
    .map(({ name, color, dashed }) => {
      x -= name.length * 6.6 + 34
      const line = { x1: x, x2: x + 18, y1: y - 4, y2: y - 4, stroke: color, 'stroke-width': 2 }
      return (
        tag('line', dashed ? { ...line, 'stroke-dasharray': '4 3' } : line) + tag('text', { x: x + 23, y, fill: INK }, escapeText(name))
      )
    })
    .join('')
}

/** Runs of known values are lines; one on its own is a dot. */
function drawCurve({ points, color, dashed = false }: Curve, x: Scale, y: Scale): string {
  const runs: string[][] = [[]]
  for (const [at, value] of points) {
    if (value === null) runs.push([])
    else runs.at(-1)?.push(`${x(at).toFixed(1)},${y(value).toFixed(1)}`)
  }
  return runs
    .filter((run) => run.length > 0)
    .map((run) => {
      if (run.length === 1) return tag('circle', { cx: run[0]?.split(',')[0] ?? 0, cy: run[0]?.split(',')[1] ?? 0, r: 2.5, fill: color })
      const style = { fill: 'none', stroke: color, 'stroke-width': 1.6, 'stroke-linejoin': 'round' }
      return tag('polyline', { points: run.join(' '), ...style, ...(dashed && { 'stroke-dasharray': '5 4' }) })
    })
    .join('')
}
