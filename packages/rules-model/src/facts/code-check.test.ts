import { expect, test } from 'vitest'
import { checkCode } from './code-check.ts'
import { signaturesOf } from './signatures.ts'

function check(message: string, lines: string[], line: number) {
  const [signature] = signaturesOf([
    { ts: '2026-11-20T12:00:00Z', level: 'error', instance: 'a', pid: 1, message, stack: `Error\n    at f (src/a.ts:${line}:3)` },
  ])
  const code = lines.map((text, index) => `${index + 1}: ${text}`).join('\n')
  return (
    signature &&
    checkCode(signature, {
      repository: 'r',
      ref: 'main',
      file_path: 'src/a.ts',
      start_line: 1,
      end_line: lines.length,
      total_lines: lines.length,
      code,
    })
  )
}

test.each([
  ["Cannot read properties of null (reading 'name')", 'return user.profile.name', 'fits', 'user.profile'],
  ["Cannot read properties of undefined (reading 'name')", 'return users[0].name.trim()', 'fits', 'users[0]'],
  ["Cannot read properties of undefined (reading '0')", 'return rows[0]', 'fits', 'rows'],
  ["Cannot set properties of null (setting 'total')", 'cart.total = 1', 'fits', 'cart'],
  ["Cannot read properties of null (reading 'name')", 'const { id, name } = await load()', 'fits', 'load'],
  ["Cannot read property 'name' of null", 'return user.name', 'fits', 'user'],
  ["Cannot read properties of null (reading 'name')", 'return compute(user)', 'does_not_fit', undefined],
  ["Cannot read properties of null (reading 'name')", 'return user.names', 'does_not_fit', undefined],
  ['store.fetch is not a function', 'return store.fetch(id)', 'fits', undefined],
  ['totals is not defined', 'return totals', 'fits', undefined],
  ['totals is not defined', 'return total', 'does_not_fit', undefined],
  ['no price for item 42', 'throw new Error("no price for item " + id)', 'fits', undefined],
  ['something else', 'return library.call(id)', 'not_decidable', undefined],
])('"%s" at `%s` %s', (message, line, kind, culprit) => {
  expect(check(message, [line], 1)).toMatchObject({ kind, culprit })
})

test('the nearest assignment above is where the value comes from', () => {
  const lines = ['let user = first()', 'user = await find(id)', 'log(user)', 'return user.name']
  expect(check("Cannot read properties of null (reading 'name')", lines, 4)?.origin).toEqual({ line: 2, text: 'user = await find(id)' })
})

test('a line outside of what was fetched is not judged', () => {
  expect(check('x', ['one'], 5)).toBeUndefined()
})
