import { expect, test } from 'vitest'
import { isSameNumber } from './same-number.ts'

test.each([
  ['Brazil, with and without the ninth digit', '+5551987654321', '+555187654321', true],
  ['Brazil, the same form', '+555187654321', '+555187654321', true],
  ['Brazil, another area', '+5551987654321', '+555287654321', false],
  ['Brazil, a landline has no ninth digit', '+5551932654321', '+555132654321', false],
  ['Mexico, with and without the 1', '+5215512345678', '+525512345678', true],
  ['Mexico, another number', '+5215512345678', '+525512345679', false],
  ['Argentina, with and without the 9', '+5491123456789', '+541123456789', true],
  ['Benin, with and without 01', '+2290190123456', '+22990123456', true],
  ['Germany has one form', '+4915112345678', '+495112345678', false],
  ['the United States have one form', '+14155238886', '+1415523888', false],
])('%s', (_title, a, b, same) => {
  expect(isSameNumber(`whatsapp:${a}`, `whatsapp:${b}`)).toBe(same)
  expect(isSameNumber(`whatsapp:${b}`, `WhatsApp:${a}`)).toBe(same)
})
