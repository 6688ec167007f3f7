import { FLEET_FAULTS } from '@oncall-lab/process-manager/api'
import { Command } from 'commander'
import { expect, it } from 'vitest'
import { explainRefusal } from './fault.ts'
import { addFault, faultRequest } from './fault-command.ts'
import type { Lab } from './lab.ts'

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

it('offers a declared fault and its fields, with their ranges, without another line here', () => {
  const [latency] = FLEET_FAULTS
  if (!latency) throw new Error('there is no fault')
  const example = { ...latency, mode: 'slow_door', says: 'each request waits at the door' }
  const command = new Command('fault')
  const noLab = (): Lab => {
    throw new Error('asked for a lab')
  }
  let help = ''
  addFault(command, noLab, () => undefined, [...FLEET_FAULTS, example])
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
  expect(help).toMatch(/^ {2}slow_door +each request waits at the door$/m)
  expect(help).toMatch(/--latency-ms <number> +for latency and slow_door, 1 to 30000 \(800\)/)
})

it.each([
  ['body.p_error must be <= 1', { mode: 'errors', p_error: 3 } as const, '--p-error must be at most 1, got 3.'],
  ['body.ttl_seconds must be >= 1', { mode: 'lock', ttl_seconds: 0 } as const, '--ttl-seconds must be at least 1, got 0.'],
  [
    'memory_mb does not fit: 3 MB are left',
    { mode: 'oom_safe', memory_mb: 90 } as const,
    'The fault was refused: --memory-mb does not fit: 3 MB are left',
  ],
  [
    'body.ports names 8001, where there is no instance',
    { mode: 'errors' } as const,
    'The fault was refused: --ports names 8001, where there is no instance',
  ],
])('explains %j by flags', (detail, fault, text) => {
  expect(explainRefusal(detail, fault)).toBe(text)
})
