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

const NODE = { width: 150, height: 62 }
const INSTANCE = { width: 236, height: 46, gap: 8 }
const BELOW = 56

/** Layers from left to right: who asks, who forwards, who answers, what they share. Below: who watches, who tells, who thinks, who is told. */
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
      prometheus: box(0, lower),
      alertmanager: box(third, lower),
      agent: box(instancesX + (INSTANCE.width - NODE.width) / 2, lower),
      people: box(right, lower),
    },
    instances: Array.from({ length: instanceCount }, (_, i) => ({
      x: instancesX,
      y: top + i * (INSTANCE.height + INSTANCE.gap),
      width: INSTANCE.width,
      height: INSTANCE.height,
    })),
  }
}

/** An SVG path from the right edge of one box to the left edge of another. */
export function across(from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2]
  const [x2, y2] = [to.x, to.y + to.height / 2]
  const bend = (x2 - x1) / 2
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

/** From the bottom of the lowest box of a column, down and left, to the top of another. */
export function down(from: Box, to: Box): string {
  const [x1, y1] = [from.x + 24, from.y + from.height]
  const [x2, y2] = [to.x + to.width / 2, to.y]
  const middle = (y1 + y2) / 2
  return `M${x1} ${y1} C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`
}
