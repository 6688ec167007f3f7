import { expect, test } from 'vitest'
import { ownFrames, parseStack } from './stack-frame.ts'

test('every form of V8’s frames is read', () => {
  const stack = [
    'Error: x',
    '    at f (src/a.ts:1:2)',
    '    at async Object.<anonymous> (src/b.ts:3:4)',
    '    at src/c.ts:5:6',
    '    at new Thing (file:///srv/d.mjs:7:8)',
    '    at async src/e.ts:9:1',
    '    at <anonymous>',
  ].join('\n')
  expect(parseStack(stack).map(({ functionName, file, line }) => [functionName, file, line])).toEqual([
    ['f', 'src/a.ts', 1],
    ['Object.<anonymous>', 'src/b.ts', 3],
    ['', 'src/c.ts', 5],
    ['Thing', '/srv/d.mjs', 7],
    ['', 'src/e.ts', 9],
  ])
})

test.each([
  'node:internal/process:1:2',
  'node_modules/pg/lib/client.js:1:2',
  '/srv/app/node_modules/x/y.js:1:2',
  '../../etc/passwd:1:2',
  '../secrets.ts:1:2',
  'https://evil.example/x.js:1:2',
  'internal/timers.js:1:2',
  'a b;rm.ts:1:2',
])('%s is not the repository’s own code', (place) => {
  expect(ownFrames(`Error\n    at f (${place})`)).toEqual([])
})
