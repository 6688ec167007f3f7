import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { heldUntil, holdPart, releasePart } from './part-hold.ts'

const directory = mkdtempSync(join(tmpdir(), 'part-hold-'))
afterAll(() => rmSync(directory, { recursive: true }))
const NOW = 1_800_000_000_000

it('holds a part down for so long, or until it is released', () => {
  expect(heldUntil(directory, 'load-balancer', NOW)).toBe(0)
  holdPart(directory, 'load-balancer', 120, NOW)
  expect(heldUntil(directory, 'load-balancer', NOW + 119_000)).toBe(NOW + 120_000)
  expect(heldUntil(directory, 'load-balancer', NOW + 120_000)).toBe(0)
  expect(heldUntil(directory, 'prometheus', NOW)).toBe(0)
  releasePart(directory, 'load-balancer')
  expect(heldUntil(directory, 'load-balancer', NOW)).toBe(0)
})

it.each(['', 'soon', 'Infinity', '-1', String(NOW / 1_000 + 901)])('holds nothing down with %j in its file', (text) => {
  writeFileSync(join(directory, 'held-prometheus'), text)
  expect(heldUntil(directory, 'prometheus', NOW)).toBe(0)
})
