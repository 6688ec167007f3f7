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
