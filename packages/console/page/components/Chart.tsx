import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

/** Something that happened, drawn as a line over the course. */
export interface Mark {
  /** Seconds since the epoch. */
  at: number
  label: string
}

interface ChartProps {
  title: string
  times: number[]
  values: (number | null)[]
  format: (value: number) => string
  /** The least upper end of the axis, so that noise near zero stays small, and the most, where there is one. */
  atLeast: number
  atMost?: number
  marks: Mark[]
  tone: 'accent' | 'bad'
}

const HEIGHT = 132

/** One course over time. A gap is a gap: nothing was measured there. */
export function Chart({ title, times, values, format, atLeast, atMost, marks, tone }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const latest = useRef({ marks, format })
  latest.current = { marks, format }
  const newest = values.findLast((value) => value !== null) ?? null

  useEffect(() => {
    if (!host.current) return
    const palette = createPalette(host.current)
    const made = new uPlot(
      options({ width: host.current.clientWidth, palette, atLeast, atMost, tone, latest }),
      [times, values],
      host.current,
    )
    plot.current = made
    const observer = new ResizeObserver(([entry]) => entry && made.setSize({ width: entry.contentRect.width, height: HEIGHT }))
    observer.observe(host.current)
    const repaint = () => {
      palette.forget()
      made.redraw(false)
    }
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', repaint)
    window.addEventListener('themechange', repaint)
    return () => {
      scheme.removeEventListener('change', repaint)
      window.removeEventListener('themechange', repaint)
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [])
  useEffect(() => plot.current?.setData([times, values]), [times, values])
  useEffect(() => plot.current?.redraw(false), [marks])

  return (
    <figure className="chart" aria-label={`${title}: now ${newest === null ? 'no data' : format(newest)}`}>
      <figcaption>
        <span className="soft">{title}</span>{' '}
        <strong className={tone === 'bad' && newest ? 'bad-text' : ''}>{newest === null ? 'no data' : format(newest)}</strong>
      </figcaption>
      <div ref={host} className="plot" aria-hidden="true" />
    </figure>
  )
}

function options({
  width,
  palette,
  atLeast,
  atMost,
  tone,
  latest,
}: {
  width: number
  palette: Palette
  atLeast: number
  atMost: number | undefined
  tone: ChartProps['tone']
  latest: { current: { marks: Mark[]; format: ChartProps['format'] } }
}): uPlot.Options {
  const colour = (name: string) => () => palette.colour(name)
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: {
      y: { range: (_plot, _min, max) => [0, Math.min(atMost ?? Number.POSITIVE_INFINITY, roundUp(Math.max(atLeast, (max ?? 0) * 1.05)))] },
    },
    axes: [
      {
        stroke: colour('--ink-soft'),
        grid: { show: false },
        ticks: { show: false },
        size: 24,
        font: '11px system-ui',
        values: (_plot, splits) => splits.map(clockMinute),
      },
      {
        stroke: colour('--ink-soft'),
        grid: { stroke: colour('--line'), width: 1 },
        ticks: { show: false },
        size: 52,
        font: '11px system-ui',
        values: (_plot, splits) => splits.map((split) => latest.current.format(split)),
        splits: (plot) => [0, (plot.scales.y?.max ?? 1) / 2, plot.scales.y?.max ?? 1],
      },
    ],
    series: [{}, { stroke: colour(`--${tone}`), width: 1.75, spanGaps: false, points: { show: false } }],
    hooks: { draw: [(plot) => drawMarks(plot, latest.current.marks, palette)] },
  }
}

/** The next of 1, 2, 4, 5 or 8 times a power of ten: an axis ends at a number that reads easily, and so does its half. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return (STEPS.find((step) => step * power >= value) ?? 10) * power
}
const STEPS = [1, 2, 4, 5, 8, 10]

const MINUTE = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const clockMinute = (seconds: number) => MINUTE.format(seconds * 1_000)

interface Palette {
  /** The present colour of a token. */
  colour: (token: string) => string
  /** The theme has changed. */
  forget: () => void
}

/** uPlot paints on a canvas, which does not know `light-dark()`: a probe element resolves each token, once for each theme, for it costs a layout. */
function createPalette(host: Element): Palette {
  const style = getComputedStyle(host)
  const known = new Map<string, string>()
  const resolve = (token: string) => {
    const probe = document.createElement('i')
    probe.style.color = style.getPropertyValue(token)
    document.body.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
  return {
    colour(token) {
      const colour = known.get(token) ?? resolve(token)
      known.set(token, colour)
      return colour
    },
    forget: () => known.clear(),
  }
}

function drawMarks(plot: uPlot, marks: Mark[], palette: Palette): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.font = `${10 * ratio}px system-ui`
  ctx.strokeStyle = palette.colour('--line-strong')
  ctx.fillStyle = palette.colour('--ink-soft')
  ctx.setLineDash([3 * ratio, 3 * ratio])
  let lastRight = Number.NEGATIVE_INFINITY
  for (const { at, label } of marks) {
    const x = plot.valToPos(at, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    if (x < lastRight) continue
    ctx.fillText(label, x + 3 * ratio, bbox.top + 10 * ratio)
    lastRight = x + ctx.measureText(label).width + 8 * ratio
  }
  ctx.restore()
}
