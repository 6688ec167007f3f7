/** A box on the picture, in CSS pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Where everything stands for a picture of this width. */
export interface Layout {
  height: number
  boxes: Record<'customers' | 'balancer' | 'database' | 'prometheus' | 'alertmanager' | 'agent' | 'people', Box>
  instances: Box[]
}

const NODE = { width: 158, height: 62 }
const INSTANCE = { width: 250, height: 46, gap: 8 }
const BELOW = 60

/**
 * The way of a request from left to right: who asks, who forwards, who answers, what they share. Below it the way of an alert back to the left: who
 * watches, who tells, who thinks, who is told.
 */
export function layOut(width: number, instanceCount: number): Layout {
  const column = Math.max(INSTANCE.height, instanceCount * (INSTANCE.height + INSTANCE.gap) - INSTANCE.gap)
  const upper = Math.max(column, 120)
  const middle = upper / 2 - NODE.height / 2
  const lower = upper + BELOW
  const third = (width - NODE.width) * 0.29
  const instancesX = (width - NODE.width) * 0.6 - 44
  const box = (x: number, y: number): Box => ({ x, y, ...NODE })
  const right = width - NODE.width
  const top = (upper - column) / 2
  return {
    height: lower + NODE.height,
    boxes: {
      customers: box(0, middle),
      balancer: box(third, middle),
      database: box(right, middle),
      people: box(0, lower),
      agent: box(third, lower),
      alertmanager: box(instancesX + (INSTANCE.width - NODE.width) / 2, lower),
      prometheus: box(right, lower),
    },
    instances: Array.from({ length: instanceCount }, (_, i) => ({
      x: instancesX,
      y: top + i * (INSTANCE.height + INSTANCE.gap),
      width: INSTANCE.width,
      height: INSTANCE.height,
    })),
  }
}

interface Point {
  x: number
  y: number
}

/** A cubic Bézier curve: where it begins, its two handles, where it ends. */
export type Curve = [Point, Point, Point, Point]

/** From the right edge of one box to the left edge of another. */
export function across(from: Box, to: Box): Curve {
  const [start, end] = [
    { x: from.x + from.width, y: from.y + from.height / 2 },
    { x: to.x, y: to.y + to.height / 2 },
  ]
  const bend = (end.x - start.x) / 2
  return [start, { x: start.x + bend, y: start.y }, { x: end.x - bend, y: end.y }, end]
}

/** From the left edge of one box back to the right edge of another. */
export function back(from: Box, to: Box): Curve {
  const y = from.y + from.height / 2
  const [start, end] = [from.x, to.x + to.width]
  return [
    { x: start, y },
    { x: start, y },
    { x: end, y },
    { x: end, y },
  ]
}

/** From the bottom of the lowest box of a column, down and right, to the top of another. */
export function down(from: Box, to: Box): Curve {
  const [start, end] = [
    { x: from.x + from.width - 24, y: from.y + from.height },
    { x: to.x + 40, y: to.y },
  ]
  const middle = (start.y + end.y) / 2
  return [start, { x: start.x, y: middle }, { x: end.x, y: middle }, end]
}

/** The curve as the `d` of an SVG path. */
export function pathOf([start, first, second, end]: Curve): string {
  return `M${start.x} ${start.y} C${first.x} ${first.y} ${second.x} ${second.y} ${end.x} ${end.y}`
}

/** Points along the curve, evenly by its parameter, both ends included. */
export function pointsOf([start, first, second, end]: Curve, count: number): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const t = i / (count - 1)
    const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3]
    return { x: a * start.x + b * first.x + c * second.x + d * end.x, y: a * start.y + b * first.y + c * second.y + d * end.y }
  })
}
