import { describe, expect, test } from 'vitest'
import { brokenOrder, call, calls, says } from '../../test-parts/scripted-model.ts'
import { wireTranscript } from '../models/openai/wire-transcript.ts'
import { type ChatMessage, Transcript } from './transcript.ts'

const user = (content: string): ChatMessage => ({ role: 'user', content })
const result = (id: string, content = '{}'): ChatMessage => ({ role: 'tool', tool_call_id: id, content })
const both = calls(call('a', 'fetch_logs'), call('b', 'compute_error_rate'))

describe('what is stored so that messages may follow', () => {
  test.each<[string, ChatMessage[], ChatMessage[], string[]]>([
    ['the results of an answer, in one go', [both], [result('a'), result('b')], ['a', 'b']],
    ['a result alone leaves the other call open', [both], [result('a')], ['a']],
    ['words after open calls: the calls are closed first', [both, result('b')], [user('why?')], ['a', 'user']],
    ['a result that nobody asked for is left out', [both], [result('c'), result('a')], ['a']],
    ['a second result of one call is left out', [both, result('a')], [result('a', '{"again":1}'), result('b')], ['b']],
    ['the same ids in the next answer are open again', [both, result('a'), result('b'), both], [result('a')], ['a']],
    ['an answer and its results together', [user('go')], [both, result('b'), result('a'), user('x')], ['assistant', 'b', 'a', 'user']],
    ['a result without any answer is left out', [], [result('a')], []],
  ])('%s', (_title, stored, added, said) => {
    const kept = new Transcript(stored).completed(added)
    expect(kept.map((message) => (message.role === 'tool' ? message.tool_call_id : message.role))).toEqual(said)
    expect(brokenOrder(new Transcript([...stored, ...kept]).closed())).toBeUndefined()
  })

  test('a call that was cut off says that it was interrupted', () => {
    const [closed] = new Transcript([both, result('b')]).completed([user('why?')])
    expect(JSON.parse(String(closed?.content)).error.code).toBe('interrupted')
  })
})

test('any order of results, words and answers leaves each call answered exactly once, right after its answer', () => {
  const pieces = [both, calls(call('c', 'list_instances')), result('a'), result('b'), result('c'), user('u'), says('s')]
  for (let seed = 0; seed < 2_000; seed += 1) {
    let state = seed
    const next = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return pieces[Math.floor((state / 2_147_483_648) * pieces.length)] ?? says('s')
    }
    const stored: ChatMessage[] = []
    for (let step = 0; step < 8; step += 1) stored.push(...new Transcript(stored).completed([next()]))
    const transcript = new Transcript(stored)
    expect(brokenOrder(transcript.closed()), JSON.stringify(stored)).toBeUndefined()
    const strict = wireTranscript(transcript.closed())
    expect(brokenOrder(strict), JSON.stringify(stored)).toBeUndefined()
    for (const [i, message] of strict.entries()) {
      if (message.role === 'user') expect(['tool', 'user'], JSON.stringify(strict)).not.toContain(strict[i - 1]?.role)
    }
  }
})

test('calls whose ids came before get ids of their own, nine letters and digits long', () => {
  const transcript = new Transcript([both, result('a'), result('b')])
  const adopted = transcript.adopt(calls(call('a', 'x'), call('new', 'x'), call('new', 'x'), call('', 'x')))
  const ids = (adopted.tool_calls ?? []).map(({ id }) => id)
  expect(ids[1]).toBe('new')
  expect(new Set(['a', 'b', ...ids]).size).toBe(6)
  for (const id of [ids[0], ids[2], ids[3]]) expect(id).toMatch(/^[A-Za-z0-9]{9}$/)
  expect(transcript.adopt(says('hm'))).toEqual(says('hm'))
})
