import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = import.meta.dirname
/** Folders of connectors: a port, a list, and one folder for each implementation. */
const CONNECTORS = ['targets', 'triggers', 'channels', 'trackers']

/** Every import between two files of `src`, tests and contract suites left out. */
const imports = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('/contract/'))
  .flatMap((from) =>
    [...readFileSync(resolve(ROOT, from), 'utf8').matchAll(/(?:from|import)\s+'(\.[^']+)'/g)].map(([, to = '']) => ({
      from,
      to: relative(ROOT, resolve(ROOT, dirname(from), to)),
    })),
  )

/** The rooms that are reached from `room` by imports, in the order of a walk; ends at the first way back to a room of the walk. */
function findCycle(graph: Map<string, Set<string>>): string[] | undefined {
  const done = new Set<string>()
  const walk = (room: string, path: string[]): string[] | undefined => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room]
    if (done.has(room)) return undefined
    for (const next of graph.get(room) ?? []) {
      const cycle = walk(next, [...path, room])
      if (cycle) return cycle
    }
    done.add(room)
    return undefined
  }
  for (const room of graph.keys()) {
    const cycle = walk(room, [])
    if (cycle) return cycle
  }
  return undefined
}

test('the folders of src import each other in no cycle', () => {
  const graph = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    const [a = '', b = ''] = [from, to].map((path) => (path.includes('/') ? path.split('/')[0] : ''))
    if (a && b && a !== b) graph.set(a, (graph.get(a) ?? new Set()).add(b))
  }
  expect(graph.size).toBeGreaterThan(5)
  expect(findCycle(graph)).toBeUndefined()
  expect(
    findCycle(
      new Map([
        ['a', new Set(['b'])],
        ['b', new Set(['c'])],
        ['c', new Set(['b'])],
      ]),
    ),
  ).toEqual(['b', 'c', 'b'])
})

test('only a list imports the folder of a connector', () => {
  const reaching = imports.filter(({ from, to }) => {
    const [list = '', connector = '', file] = to.split('/')
    if (!CONNECTORS.includes(list) || file === undefined) return false
    return from !== `${list}/${list}.ts` && !from.startsWith(`${list}/${connector}/`)
  })
  expect(reaching).toEqual([])
})

test('each connector has the same files', () => {
  const port = { targets: 'target.ts', triggers: 'trigger.ts', channels: 'channel.ts', trackers: 'tracker.ts' }
  for (const [list, file] of Object.entries(port)) {
    const connectors = readdirSync(resolve(ROOT, list), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    for (const { name } of connectors)
      expect([name, readdirSync(resolve(ROOT, list, name))]).toEqual([name, expect.arrayContaining(['settings.ts', file])])
  }
})

test('no file has more than 300 lines, and half of them at most 70', () => {
  const lines = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => ({ path, count: readFileSync(resolve(ROOT, path), 'utf8').split('\n').length }))
    .sort((a, b) => a.count - b.count)
  expect(lines.filter(({ count }) => count > 300)).toEqual([])
  expect(lines[Math.floor(lines.length / 2)]?.count).toBeLessThanOrEqual(70)
})
