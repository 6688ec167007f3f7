import { expect, test } from 'vitest'
import { decideFields, readFieldSettings, type ScreenField } from './decide-fields.ts'

const field = (fieldId: string, more: Partial<ScreenField> = {}): ScreenField => ({
  fieldId,
  name: fieldId,
  required: false,
  hasDefaultValue: false,
  allowedValues: [],
  ...more,
})
const priority = field('priority', { allowedValues: [{ id: '2', name: 'High' }] })
const service = field('customfield_10042', { name: 'Affected service', required: true, allowedValues: [{ id: '7', value: 'inventory' }] })

test.each([
  ['a priority that the project knows', [priority], {}, { kind: 'fields', fields: { priority: { id: '2' } }, leftOut: [] }],
  [
    'a project without priorities',
    [],
    {},
    { kind: 'fields', fields: {}, leftOut: ['The project takes no priority High, so it was left out.'] },
  ],
  [
    'a required field, by its name',
    [priority, service],
    { 'affected service': 'Inventory' },
    { fields: { customfield_10042: { id: '7' } } },
  ],
  ['a required field, by its id', [priority, service], { customfield_10042: '7' }, { fields: { customfield_10042: { id: '7' } } }],
  ['a free text', [priority, field('customfield_1', { required: true })], { customfield_1: 'x' }, { fields: { customfield_1: 'x' } }],
  [
    'a required field with a default',
    [priority, field('customfield_1', { required: true, hasDefaultValue: true })],
    {},
    { kind: 'fields' },
  ],
  [
    'a required field without a value',
    [priority, service],
    {},
    { kind: 'missing', words: expect.stringContaining('"Affected service" (inventory)') },
  ],
  ['a value that the field does not take', [priority, service], { customfield_10042: 'shop' }, { kind: 'missing' }],
])('%s', (_title, screen, set, decision) => {
  expect(decideFields(screen, { priority: 'High', set })).toMatchObject(decision)
})

test('settings are read by name or id', () => {
  expect(readFieldSettings(' Affected Service = inventory; customfield_10050=3;;bad')).toEqual({
    'affected service': 'inventory',
    customfield_10050: '3',
  })
})
