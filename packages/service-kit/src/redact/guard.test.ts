import { expect, test } from 'vitest'
import { guard, redactDeep } from './guard.ts'
import { redact } from './redact.ts'

const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'

/** A port that keeps its arguments. */
function recorder() {
  const heard: unknown[][] = []
  return {
    heard,
    name: 'recorder',
    send(...args: unknown[]) {
      heard.push(args)
      return `${this.name} answers with ${token}`
    },
  }
}

test('a guarded port is given every text redacted, however deep it lies, and everything else as it is', () => {
  const port = recorder()
  const signal = new AbortController().signal
  const at = new Date()
  const listener = () => {}
  const answer = guard(port, redact).send(`a ${token}`, { list: [{ text: token, n: 1, none: null }], [token]: true }, signal, at, listener)
  const gone = '[redacted GitHub token]'
  expect(port.heard).toEqual([[`a ${gone}`, { list: [{ text: gone, n: 1, none: null }], [gone]: true }, signal, at, listener]])
  expect(port.heard[0]?.[2]).toBe(signal)
  expect(answer).toBe(`recorder answers with ${token}`)
})

test('what comes back is the other side’s own, and members that are no methods are passed on', () => {
  const port = recorder()
  const guarded = guard(port, redact)
  expect(guarded.name).toBe('recorder')
  expect(guarded.send).toBe(guarded.send)
})

test('a member whose name says that it is a secret has no value left', () => {
  const value = { db_password: 'abc', nested: { Authorization: 'x y', 'x-api-key': 'k', tokens: 12, page_token: '' } }
  expect(redactDeep(value, redact)).toEqual({
    db_password: '[redacted]',
    nested: { Authorization: '[redacted]', 'x-api-key': '[redacted]', tokens: 12, page_token: '' },
  })
})

test('nesting without end exhausts nothing', () => {
  let value: unknown = token
  for (let i = 0; i < 100_000; i += 1) value = [value]
  expect(JSON.stringify(redactDeep(value, redact))).toContain('[too deep]')
})
