import { expect, test } from 'vitest'
import { applyPatches, reversePatch } from './apply-patch.ts'
import { formatPatch } from './format-patch.ts'
import type { FilePatch } from './patch-file.ts'

const file = (text: string) => new Map([['a.ts', Buffer.from(text)]])
const patch: FilePatch = {
  path: 'a.ts',
  status: 'modified',
  hunks: [{ oldStart: 1, newStart: 1, lines: [' one', '-two', '+zwei', ' three'] }],
}

test.each([
  ['as it was made for', 'one\ntwo\nthree\n', 'one\nzwei\nthree\n'],
  ['that has moved down', 'zero\nnull\none\ntwo\nthree\n', 'zero\nnull\none\nzwei\nthree\n'],
  ['whose context has changed', 'ONE\ntwo\nTHREE\n', 'ONE\nzwei\nTHREE\n'],
])('a patch goes into a file %s, and out of it again', (_how, before, after) => {
  const applied = applyPatches(file(before), [patch])
  expect(applied.files.get('a.ts')?.toString()).toBe(after)
  const back = applyPatches(applied.files, applied.patches.map(reversePatch))
  expect(back.files.get('a.ts')?.toString()).toBe(before)
})

test('a patch whose own lines are not there is refused with the name of the file', () => {
  expect(() => applyPatches(file('one\n2\nthree\n'), [patch])).toThrow('a.ts is not as the patch expects it at line 1')
})

test('the lines of a patch are those where it really went', () => {
  const [placed] = applyPatches(file('zero\none\ntwo\nthree\n'), [patch]).patches
  expect(placed && formatPatch(placed)).toBe('@@ -2,3 +2,3 @@\n one\n-two\n+zwei\n three')
})
