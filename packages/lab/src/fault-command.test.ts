import { expect, it } from 'vitest'
import { faultRequest } from './fault-command.ts'

it('sends the process manager only the fields that were given', () => {
  expect(faultRequest('none', {})).toEqual({ mode: 'none' })
  expect(faultRequest('errors', { pError: 0, ports: [8001], ttlSeconds: 60 })).toEqual({
    mode: 'errors',
    p_error: 0,
    ports: [8001],
    ttl_seconds: 60,
  })
  expect(faultRequest('memory_leak', { memoryMb: 80 })).toEqual({ mode: 'memory_leak', memory_mb: 80 })
})

it.each<Parameters<typeof faultRequest>>([
  ['latency', { cpuMs: 6 }],
  ['lock', { pError: 0.5 }],
  ['db_down', { ports: [8001] }],
  ['none', { ttlSeconds: 5 }],
])('refuses flags that %s does not take: %j', (mode, flags) => {
  expect(() => faultRequest(mode, flags)).toThrow(/^--[a-z-]+ does not go with \w+, which takes --/)
})
