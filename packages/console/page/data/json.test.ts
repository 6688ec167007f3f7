import { expect, test } from 'vitest'
import { parseShown } from './json.ts'

test('overrides of the writing direction and control characters cannot move or hide what stands beside them', () => {
  const text = JSON.stringify({ a: 'pay\u202Ements\u2066', b: '\u001b[31mred\u0000\u009b', c: 'lines\nstay\ttabs stay' })
  expect(parseShown(text)).toEqual({ a: 'pay\ufffdments\ufffd', b: '\ufffd[31mred\ufffd\ufffd', c: 'lines\nstay\ttabs stay' })
})

test('an override that comes escaped is no better', () => {
  expect(parseShown('{"a":"\\u202ex"}')).toEqual({ a: '\ufffdx' })
})

test('a backslash before a harmless escape stays what it was', () => {
  expect(parseShown(JSON.stringify({ a: '\\u001b', b: 'C:\\u00e9', c: '\u00e9 \u0645\u0631\u062d\u0628\u0627' }))).toEqual({
    a: '\\u001b',
    b: 'C:\\u00e9',
    c: '\u00e9 \u0645\u0631\u062d\u0628\u0627',
  })
})

test('what is no JSON is undefined', () => {
  expect(parseShown('<html>')).toBeUndefined()
})
