import { expect, it } from 'vitest'
import type { PartResult } from './part.ts'
import { drawPicture } from './picture.ts'
import { printResult } from './print-result.ts'

const result: PartResult = {
  part: 'balancer',
  setting: 'GET /x',
  rounds: 3,
  measures: [
    { name: 'CPU', unit: 'µs', values: { ours: [30, 33, 36], nginx: [15, 15, 12] }, baseline: 'nginx', pictured: true },
    { name: 'memory', unit: 'MB', values: { ours: [100, 101, 99] } },
  ],
  limits: [{ name: 'CPU, ours / nginx', asked: '<= 2.3', seen: '2.20' }],
  absent: [{ name: 'HAProxy', reason: 'no haproxy <on PATH>' }],
}
const machine = { cpu: 'A & B', cores: 2, memory_gb: 8, kernel: '6', node: '24', date: '2026-11-21T00:00:00Z', load_before: 0 }

it('prints medians with their spread, and ratios of paired rounds to the baseline', () => {
  const lines = printResult(result)
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ' | '))
  expect(lines).toContain('ours | 33.0 (30.0 to 36.0) | × 2.20 (2.00 to 3.00)')
  expect(lines).toContain('nginx | 15.0 (12.0 to 15.0)')
  expect(lines).toContain('ours | 100 (99.0 to 101)')
})

it('tells who is absent and what was asked', () => {
  expect(printResult(result)).toContain('without HAProxy: no haproxy <on PATH>')
  expect(printResult(result)).toContain('CPU, ours / nginx: asked <= 2.3, seen 2.20')
})

it('draws the pictured measures only, with the machine named', () => {
  const picture = drawPicture(result, machine)
  expect(picture).toContain('CPU, µs')
  expect(picture).not.toContain('memory, MB')
  expect(picture).toContain('A &amp; B, 2 cores')
})
