import { FLEET_FAULTS } from '@oncall-lab/process-manager/api'
import { Command } from 'commander'
import { expect, it } from 'vitest'
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
