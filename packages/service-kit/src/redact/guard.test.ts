import { pino } from 'pino'
import { expect, test } from 'vitest'
import { guard, redactDeep } from './guard.ts'
import { redactedLog } from './log-stream.ts'
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
  const answer = guard(port, redact).send(`a ${token}`, { list: [{ text: token, n: 1, none: null }], [token]: true }, signal, at)
  const gone = '[redacted GitHub token]'
  expect(port.heard).toEqual([[`a ${gone}`, { list: [{ text: gone, n: 1, none: null }], [gone]: true }, signal, at]])
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

test('ports within a port are guarded, and those that a callback is given', () => {
  const inner = recorder()
  const store = { inner, transaction: (work: (ports: { inner: typeof inner }) => void) => work({ inner }), inner2: { deep: inner } }
  const guarded = guard(store, redact)
  guarded.inner.send(token)
  guarded.inner2.deep.send(token)
  guarded.transaction((ports) => ports.inner.send(token))
  expect(inner.heard).toEqual(Array(3).fill(['[redacted GitHub token]']))
})

test('every line of a log is redacted, and stays one line of JSON', () => {
  const lines: string[] = []
  const log = pino({ base: null, timestamp: false }, redactedLog(redact, { write: (line) => lines.push(line) }))
  log.error(
    { err: new Error(`no access with ${token}`), headers: { authorization: 'Bearer abcdefgh12345678' }, url: '/x?token=abc123' },
    token,
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/\}\n$/)
  const line = JSON.parse(lines[0] ?? '')
  expect(line).toMatchObject({ url: '/x?token=[redacted]', msg: '[redacted GitHub token]', headers: { authorization: '[redacted]' } })
  expect(lines[0]).not.toContain(token)
})

test('nesting without end exhausts nothing', () => {
  let value: unknown = token
  for (let i = 0; i < 100_000; i += 1) value = [value]
  expect(JSON.stringify(redactDeep(value, redact))).toContain('[too deep]')
})
