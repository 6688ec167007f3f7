import { expect, test } from 'vitest'
import { call, calls, says } from '../../../test-parts/scripted-model.ts'
import type { ChatMessage } from '../../incidents/transcript.ts'
import { wireTranscript } from './wire-transcript.ts'

const system: ChatMessage = { role: 'system', content: 's' }
const user = (content: string): ChatMessage => ({ role: 'user', content })
const result = (id: string): ChatMessage => ({ role: 'tool', tool_call_id: id, content: '{}' })
const looked = calls(call('abcdefgh1', 'fetch_logs'))

test.each<[string, ChatMessage[], string]>([
  ['a reply after a page', [system, user('alert'), looked, result('abcdefgh1'), user('why?')], 'system user assistant tool assistant user'],
  ['two messages of a person', [system, user('alert'), user('why?')], 'system user'],
  ['words after words', [system, user('alert'), says('a'), says('b'), user('c')], 'system user assistant user'],
  ['calls after words', [system, user('alert'), says('a'), looked, result('abcdefgh1')], 'system user assistant tool'],
  ['words at the end', [system, user('alert'), says('a')], 'system user assistant user'],
  ['an ordinary transcript', [system, user('alert'), looked, result('abcdefgh1')], 'system user assistant tool'],
])('%s is in the order of the strictest server', (_title, transcript, roles) => {
  expect(
    wireTranscript(transcript)
      .map(({ role }) => role)
      .join(' '),
  ).toBe(roles)
})

test('nothing that was said is left out', () => {
  const wire = JSON.stringify(
    wireTranscript([system, user('one'), user('two'), says('three'), says('four'), looked, result('abcdefgh1'), user('five')]),
  )
  for (const word of ['one', 'two', 'three', 'four', 'five', 'abcdefgh1']) expect(wire).toContain(word)
})
