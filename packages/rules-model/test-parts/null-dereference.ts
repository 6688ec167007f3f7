import { INSTANCE_NAMES } from './scene.ts'
import { createWorld, errorRate, logEntry, type World } from './simulated-world.ts'

/** Where the null dereference is: line 5 of this file. */
export const FILE = 'services/shop/pricing.ts'
/** The whole file. */
export const CODE = [
  'import { find } from "./find.ts"',
  '',
  'export async function price(id: string) {',
  '  const offer = await find(id)',
  '  const label = offer.discount.label',
  '  return label',
  '}',
].join('\n')
const NULL_STACK = `TypeError: Cannot read properties of null (reading 'label')\n    at price (${FILE}:5:32)\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)\n    at async Object.handler (services/shop/routes.ts:12:10)`

/** So many entries of the null dereference, evenly from `firstAgo` seconds ago until now. */
export const nullErrors = (count: number, firstAgo = 50) =>
  Array.from({ length: count }, (_, index) =>
    logEntry(firstAgo - (index * firstAgo) / count, {
      message: "Cannot read properties of null (reading 'label')",
      error: 'TypeError',
      route: '/prices/:id',
      stack: NULL_STACK,
      instance: INSTANCE_NAMES[index % 3] ?? '',
    }),
  )

/** A shop in which 83 % of the requests fail with it; every part can be replaced. */
export const nullWorld = (changes: Partial<World> = {}) =>
  createWorld({ log: nullErrors(30), rate: errorRate(0.83, { routes: ['/prices/:id'] }), files: { [FILE]: CODE }, ...changes })
