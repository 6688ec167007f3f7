import { expect, it } from 'vitest'
import { createAddressBook } from './address-book.ts'
import { commandFor } from './command-line.ts'

it.each([
  [0, undefined, './lab fault none'],
  [500, undefined, './lab fault none --port-offset 500'],
  [500, '500', './lab fault none'],
  [0, '500', './lab fault none --port-offset 0'],
])('at offset %d with LAB_PORT_OFFSET %s a person types %s', (offset, variable, command) => {
  expect(commandFor({ book: createAddressBook(offset), env: { LAB_PORT_OFFSET: variable } }, 'fault none')).toBe(command)
})
