import type { Report } from '../report.ts'
import { drawPanel, type Panel } from './panel.ts'
import { linearScale, logScale, type Scale } from './scale.ts'
import type { Point } from './series.ts'
import { escapeText, tag } from './svg.ts'

/** What is drawn; `asked` gives the profile's rate at a second. */
export interface PlotData {
  report: Report
  points: readonly Point[]
  asked(at: number): number
}

const WIDTH = 960
const HEIGHT = 700
const LEFT = 84
const RIGHT = WIDTH - 28
const BLUE = '#1f6fd1'
const RED = '#c9302c'
const PERCENTILES = [
  { name: 'p50', color: '#2a8f5b' },
  { name: 'p95', color: '#d08a00' },
  { name: 'p99', color: '#b0413e' },
  { name: 'max', color: '#7a5aa6' },
] as const

/** The picture of a run: rate, errors and latency over time, as an SVG document that needs nothing else. */
export function drawPlot({ report, points, asked }: PlotData): string {
  const end = points.at(-1)?.at ?? 1
  const x = linearScale(end, [LEFT, RIGHT], 8)
  const panels = [ratePanel(points, x, asked), errorPanel(points, x), latencyPanel(points, x)]
  const axis = x.ticks.map((tick) => tag('text', { x: x(tick), y: HEIGHT - 32, 'text-anchor': 'middle', fill: '#4a5260' }, `${tick} s`))
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    width: WIDTH,
    height: HEIGHT,
    'font-family': 'system-ui, sans-serif',
    'font-size': 12,
  }
  const title = tag('title', {}, nameOf(report))
  const body = [
    title,
    tag('rect', { width: WIDTH, height: HEIGHT, fill: '#ffffff' }),
    ...headline(report),
    ...panels.map(drawPanel),
    ...axis,
  ]
  return `${tag('svg', frame, `\n${[...body, footnote()].join('\n')}\n`)}\n`
}

function nameOf({ url, profile, seed, started_at, interrupted }: Report): string {
  return escapeText(`${profile} against ${url}, ${started_at}, seed ${seed}${interrupted ? ', interrupted' : ''}`)
}

function headline(report: Report): string[] {
  const { sent, errors, p50_ms, p99_ms, max_ms, limit } = report
  const ms = (value: number | null) => (value === null ? '-' : `${value} ms`)
  const figures = `${sent} sent, ${errors} errors, p50 ${ms(p50_ms)}, p99 ${ms(p99_ms)}, max ${ms(max_ms)}`
  const lines = [
    tag('text', { x: 24, y: 30, 'font-size': 15, 'font-weight': 600, fill: '#1c2430' }, nameOf(report)),
    tag('text', { x: 24, y: 51, fill: '#1c2430' }, escapeText(figures)),
  ]
  return limit === null ? lines : [...lines, tag('text', { x: 24, y: 69, fill: RED, 'font-size': 11 }, escapeText(limit))]
}

function footnote(): string {
  const text =
    'Latency counts from when each request was due. Each point is about the requests that left, or ended, in the time before it. In a gap nothing ended.'
  return tag('text', { x: LEFT, y: HEIGHT - 10, fill: '#7a828e', 'font-size': 11 }, text)
}

const count = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 3 })

function ratePanel(points: readonly Point[], x: Scale, asked: (at: number) => number): Panel {
  const wanted = points.map(({ at, seconds }) => [at, asked(Math.max(0, at - seconds / 2))] as const)
  const y = linearScale(Math.max(...points.map(({ rps }) => rps), ...wanted.map(([, rate]) => rate), 1), [270, 110])
  return {
    ...{ title: 'Requests sent per second', x, y, left: LEFT, right: RIGHT, top: 110, bottom: 270, tickText: count },
    curves: [
      { name: 'asked', color: '#9aa3af', dashed: true, points: wanted },
      { name: 'sent', color: BLUE, points: points.map(({ at, rps }) => [at, rps]) },
    ],
  }
}

function errorPanel(points: readonly Point[], x: Scale): Panel {
  const y = linearScale(Math.max(...points.map(({ errorsPerSecond }) => errorsPerSecond), 1), [400, 315], 2)
  const curves = [{ name: 'errors', color: RED, points: points.map(({ at, errorsPerSecond }) => [at, errorsPerSecond] as const) }]
  return { title: 'Errors per second', x, y, left: LEFT, right: RIGHT, top: 315, bottom: 400, tickText: count, curves }
}

function latencyPanel(points: readonly Point[], x: Scale): Panel {
  const all = points.flatMap(({ p50, max }) => [p50, max]).filter((value) => value !== null)
  const y = logScale([Math.max(0.01, Math.min(...all, 1e6)), Math.max(...all, 0.1)], [645, 445])
  return {
    ...{ title: 'Latency (logarithmic)', x, y, left: LEFT, right: RIGHT, top: 445, bottom: 645, tickText: (ms) => `${count(ms)} ms` },
    curves: PERCENTILES.map(({ name, color }) => ({ name, color, points: points.map((point) => [point.at, point[name]] as const) })),
  }
}
