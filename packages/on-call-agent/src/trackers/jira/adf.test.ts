import schema from '@atlaskit/adf-schema/dist/json-schema/v1/full.json' with { type: 'json' }
import { Compile, type XSchema } from 'typebox/schema'
import { expect, test } from 'vitest'
import { toAdf } from './adf.ts'

const paragraph = (...content: object[]) => ({ type: 'paragraph', content })
const text = (value: string) => ({ type: 'text', text: value })
const hardBreak = { type: 'hardBreak' }

test.each<[string, string, object[]]>([
  ['one line', 'a', [paragraph(text('a'))]],
  ['blocks are paragraphs', 'a\n\nb\n\n\n\nc', [paragraph(text('a')), paragraph(text('b')), paragraph(text('c'))]],
  ['lines are breaks', 'a\nb', [paragraph(text('a'), hardBreak, text('b'))]],
  ['no text node is empty, which Jira refuses', 'a\n\n \n\nb\n', [paragraph(text('a')), paragraph(text('b'), hardBreak)]],
  ['nothing', '', []],
  ['markup stays text', '<b>*a*</b>', [paragraph(text('<b>*a*</b>'))]],
])('%s', (_title, given, content) => {
  expect(toAdf(given)).toEqual({ type: 'doc', version: 1, content })
})

const official = Compile(schema as XSchema) // The file is a JSON schema.
const LINES = ['', ' ', 'a', '😀', 'שלום', '\t', '- x', '# y', '*z*', '\0', '\ud800', '{"type":"doc"}', 'x'.repeat(200)]

test.each([
  ['nothing', ''],
  ['16,000 characters', 'x'.repeat(16_000)],
  ['a stack of 500 lines', Array.from({ length: 500 }, (_, line) => `    at f${line} (/srv/app.ts:${line}:1)`).join('\n')],
  ['every pair of odd lines', LINES.flatMap((one) => LINES.flatMap((other) => [`${one}\n${other}`, `${one}\n\n${other}`])).join('\n')],
])('%s is a document by the official schema', (_title, given) => {
  expect(official.Check(toAdf(given))).toBe(true)
})

test('two odd lines are a document by the official schema, whichever they are', () => {
  const all = LINES.flatMap((one) => LINES.flatMap((other) => ['\n', '\n\n', '\n \n'].map((between) => one + between + other)))
  expect(all.filter((given) => !official.Check(toAdf(given)))).toEqual([])
})
