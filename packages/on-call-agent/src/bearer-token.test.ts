import { expect, test } from 'vitest'
import { decideToken } from './bearer-token.ts'

test.each([
  [{ HOST: '127.0.0.1' }, undefined],
  [{ HOST: '::1', AGENT_TOKEN: 'x' }, 'x'],
  [{ HOST: '0.0.0.0', AGENT_TOKEN: 'x' }, 'x'],
  [{ HOST: '0.0.0.0', AGENT_TOKEN: 'off' }, undefined],
])('%j asks for the token %j', (config, token) => {
  expect(decideToken(config)).toBe(token)
})

test('a listener that strangers reach does not start without a token', () => {
  expect(() => decideToken({ HOST: '0.0.0.0' })).toThrow('AGENT_TOKEN must be set when HOST is no loopback address, got HOST "0.0.0.0"')
})
