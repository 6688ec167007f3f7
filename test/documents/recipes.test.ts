import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
const page = read('docs/extending.md')
const recipes = page.split(/^## /m).slice(1, -1)
const rows = [...page.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
  .slice(1)
  .map(([, what, , , example]) => ({ what, example }))

it('docs/extending.md has a recipe for each kind of part, of at most ten steps', () => {
  expect(recipes.map((text) => text.split('\n', 1)[0]?.split(':')[0])).toEqual([
    'A target',
    'A function that a model may call',
    'A trigger',
    'A channel',
    'A tracker',
    'A fault',
    'A family',
    'An alert rule',
    'A drill',
  ])
  for (const text of recipes) expect(text.match(/^\d+\. /gm)?.length).toBeLessThanOrEqual(10)
})

it.each(rows)('the example of "$what" is run by a test', ({ example = '' }) => {
  const named = [...example.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  const tests = named.filter((name) => name.endsWith('.test.ts'))
  const all = (tests.length > 0 ? tests : ['packages/on-call-agent/src/extending.test.ts']).map(read).join('\n')
  const wanted = named.filter((name) => !name.endsWith('.test.ts')).map((name) => name.split('/').at(-1) ?? name)
  expect(named.length).toBeGreaterThan(0)
  for (const name of wanted) expect(all).toContain(name)
})
