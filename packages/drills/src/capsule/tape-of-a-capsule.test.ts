import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { changeCause } from './change-turn.ts'
import { forgetPrometheus, keepGradedTape } from './start-replay.ts'

let tape: string
beforeEach(() => {
  tape = mkdtempSync(join(tmpdir(), 'tape-'))
})
afterEach(() => rmSync(tape, { recursive: true }))

function write(name: string, ...lines: object[]): void {
  writeFileSync(join(tape, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

it('keeps the first tape after the break, not what the lab raised while it started', () => {
  write('I1-a.jsonl', { kind: 'subject', at: '2026-01-01T00:00:05Z' })
  write('I3-c.jsonl', { kind: 'subject', at: '2026-01-01T00:00:40Z' })
  write('I2-b.jsonl', { kind: 'subject', at: '2026-01-01T00:00:35Z' })
  write('I0-d.jsonl', { kind: 'subject', at: '2026-01-01T00:00:32Z', service: 'agent' })
  write('inquiry-1.jsonl', { kind: 'subject', at: '2026-01-01T00:00:31Z' })
  keepGradedTape(tape, '2026-01-01T00:00:30Z')
  expect(readdirSync(tape)).toEqual(['I2-b.jsonl'])
})

it('forgets what Prometheus answered, so that it is asked for another moment, and keeps the rest', () => {
  write('I1-a.jsonl', { kind: 'subject' }, { kind: 'result', name: 'query_prometheus' }, { kind: 'result', name: 'fetch_logs' })
  forgetPrometheus(tape)
  expect(readFileSync(join(tape, 'I1-a.jsonl'), 'utf8')).toBe('{"kind":"subject"}\n{"kind":"result","name":"fetch_logs"}\n')
})

it('writes another cause into the diagnosis that the model sent, and into nothing else', () => {
  const call = (name: string, args: object) => ({ id: 'c', type: 'function', function: { name, arguments: JSON.stringify(args) } })
  const turn = (...tool_calls: object[]) => ({ kind: 'turn', answer: { role: 'assistant', content: null, tool_calls } })
  write(
    'I1-a.jsonl',
    turn(call('fetch_logs', { cause: 'x' })),
    turn(call('send_diagnosis', { cause: 'pool_leak', class: 'code', confidence: 0.9 })),
  )
  expect(changeCause(tape, 'slow_query')).toBe(1)
  const lines = readFileSync(join(tape, 'I1-a.jsonl'), 'utf8')
  expect(lines).toContain(String.raw`{\"cause\":\"x\"}`)
  expect(lines).toContain(String.raw`{\"cause\":\"slow_query\",\"confidence\":0.9}`)
})
