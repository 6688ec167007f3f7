import schema from '@atlaskit/adf-schema/dist/json-schema/v1/full.json' with { type: 'json' }
import { Compile, type XSchema } from 'typebox/schema'
import { expect, test } from 'vitest'
import { isAdfDocument } from './adf.ts'

const official = Compile(schema as XSchema) // The file is a JSON schema.
const text = (t: string, marks?: unknown) => ({ type: 'text', text: t, ...(marks ? { marks } : {}) })
const p = (...content: unknown[]) => ({ type: 'paragraph', content })
const li = (...c: unknown[]) => ({ type: 'listItem', content: c })
const blocks: [string, unknown][] = [
  ['p', p(text('a'))],
  ['empty p', { type: 'paragraph' }],
  ['heading', { type: 'heading', attrs: { level: 2 }, content: [text('h')] }],
  ['heading no level', { type: 'heading', content: [text('h')] }],
  ['heading 7', { type: 'heading', attrs: { level: 7 } }],
  ['bl', { type: 'bulletList', content: [li(p(text('x')))] }],
  ['empty bl', { type: 'bulletList', content: [] }],
  ['li top', li(p())],
  ['li text', { type: 'bulletList', content: [li(text('x'))] }],
  ['ol', { type: 'orderedList', attrs: { order: 3 }, content: [li(p(text('x')))] }],
  ['code', { type: 'codeBlock', attrs: { language: 'ts' }, content: [text('x')] }],
  ['code marked', { type: 'codeBlock', content: [text('x', [{ type: 'strong' }])] }],
  ['quote', { type: 'blockquote', content: [p(text('q'))] }],
  ['quote heading', { type: 'blockquote', content: [{ type: 'heading', attrs: { level: 1 } }] }],
  ['panel', { type: 'panel', attrs: { panelType: 'info' }, content: [p()] }],
  ['panel no', { type: 'panel', content: [p()] }],
  ['panel x', { type: 'panel', attrs: { panelType: 'x' }, content: [p()] }],
  ['panel table', { type: 'panel', attrs: { panelType: 'info' }, content: [{ type: 'table', content: [] }] }],
  ['rule', { type: 'rule' }],
  ['rule content', { type: 'rule', content: [text('a')] }],
  ['table', { type: 'table', content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [p()] }] }] }],
  [
    'table in cell',
    { type: 'table', content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [{ type: 'table', content: [] }] }] }] },
  ],
  ['empty table', { type: 'table', content: [] }],
  ['row no cell', { type: 'table', content: [{ type: 'tableRow', content: [] }] }],
  ['cell empty', { type: 'table', content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [] }] }] }],
  ['expand', { type: 'expand', attrs: { title: 't' }, content: [p()] }],
  ['nested top', { type: 'nestedExpand', attrs: { title: 'x' }, content: [p()] }],
  [
    'nested no attrs',
    {
      type: 'table',
      content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [{ type: 'nestedExpand', content: [p()] }] }] }],
    },
  ],
  [
    'task',
    {
      type: 'taskList',
      attrs: { localId: '1' },
      content: [{ type: 'taskItem', attrs: { localId: '2', state: 'TODO' }, content: [text('x')] }],
    },
  ],
  ['task no id', { type: 'taskList', content: [{ type: 'taskItem', attrs: { localId: '2', state: 'TODO' } }] }],
  ['decision', { type: 'decisionList', attrs: { localId: '1' }, content: [{ type: 'decisionItem', attrs: { localId: '1', state: 'D' } }] }],
  ['media', { type: 'mediaSingle', content: [{ type: 'media', attrs: { type: 'external', url: 'http://x' } }] }],
  ['media file no id', { type: 'mediaSingle', content: [{ type: 'media', attrs: { type: 'file' } }] }],
  ['media file', { type: 'mediaSingle', content: [{ type: 'media', attrs: { type: 'file', id: 'a', collection: 'b' } }] }],
  ['mediaGroup ext', { type: 'mediaGroup', content: [{ type: 'media', attrs: { type: 'external', url: 'x' } }] }],
  ['blockCard', { type: 'blockCard', attrs: { url: 'http://x' } }],
  ['mention', p({ type: 'mention', attrs: { id: '1' } })],
  ['mention no id', p({ type: 'mention', attrs: {} })],
  ['emoji', p({ type: 'emoji', attrs: { shortName: ':x:' } })],
  ['date', p({ type: 'date', attrs: { timestamp: '1' } })],
  ['date no', p({ type: 'date', attrs: { timestamp: '' } })],
  ['status', p({ type: 'status', attrs: { text: 'a', color: 'blue' } })],
  ['status color', p({ type: 'status', attrs: { text: 'a', color: 'pink' } })],
  ['inlineCard', p({ type: 'inlineCard', attrs: { url: 'x' } })],
  ['strong', p(text('a', [{ type: 'strong' }]))],
  ['code+strong', p(text('a', [{ type: 'code' }, { type: 'strong' }]))],
  ['code+link', p(text('a', [{ type: 'code' }, { type: 'link', attrs: { href: 'x' } }]))],
  ['link no', p(text('a', [{ type: 'link' }]))],
  ['mark x', p(text('a', [{ type: 'blink' }]))],
  ['color', p(text('a', [{ type: 'textColor', attrs: { color: '#ff0000' } }]))],
  ['color bad', p(text('a', [{ type: 'textColor', attrs: { color: 'red' } }]))],
  ['subsup', p(text('a', [{ type: 'subsup', attrs: { type: 'sub' } }]))],
  ['extra member', { ...p(text('a')), foo: 1 }],
  ['extra attr', { type: 'heading', attrs: { level: 1, foo: 1 } }],
  ['p attrs', { type: 'paragraph', attrs: { x: 1 } }],
  ['break text', p({ type: 'hardBreak', attrs: { text: '\n' } })],
  ['break attr', p({ type: 'hardBreak', attrs: { text: 'x' } })],
  ['unknown', { type: 'foo' }],
  ['block in p', p(p())],
  ['img', { type: 'image', attrs: { src: 'x' } }],
  ['li first list', { type: 'bulletList', content: [li({ type: 'bulletList', content: [li(p())] })] }],
  ['mark on p', { ...p(text('x')), marks: [{ type: 'alignment', attrs: { align: 'center' } }] }],
  ['text number', p({ type: 'text', text: 5 })],
  ['dup marks', p(text('a', [{ type: 'strong' }, { type: 'strong' }]))],
  [
    'link+color',
    p(
      text('a', [
        { type: 'link', attrs: { href: 'x' } },
        { type: 'textColor', attrs: { color: '#ff0000' } },
      ]),
    ),
  ],
  ['mark on hardBreak', p({ type: 'hardBreak', marks: [{ type: 'strong' }] })],
  ['heading in li', { type: 'bulletList', content: [li({ type: 'heading', attrs: { level: 1 } })] }],
  ['order -1', { type: 'orderedList', attrs: { order: -1 }, content: [li(p())] }],
  ['language num', { type: 'codeBlock', attrs: { language: 5 } }],
  ['panel in expand', { type: 'expand', content: [{ type: 'panel', attrs: { panelType: 'info' }, content: [p()] }] }],
]

test.each(blocks)('%s: the verdict is that of the official schema', (_title, block) => {
  const document = { type: 'doc', version: 1, content: [block] }
  expect(isAdfDocument(document)).toBe(official.Check(document))
})
