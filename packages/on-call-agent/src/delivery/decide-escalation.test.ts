import { expect, test } from 'vitest'
import { decideEscalation, type PageProgress } from './decide-escalation.ts'

const MINUTE = 60_000
/** A page so many minutes after the first. */
const page = (to: string, minute: number, state: PageProgress['state'] = 'accepted'): PageProgress => ({
  to,
  queuedAtMs: minute * MINUTE,
  state,
})
const decide = (pages: PageProgress[], minute: number, over: Partial<Parameters<typeof decideEscalation>[0]> = {}) => {
  const decision = decideEscalation({
    contacts: ['a', 'b', 'c'],
    pages,
    quiet: undefined,
    nowMs: minute * MINUTE,
    afterMs: 5 * MINUTE,
    ...over,
  })
  return decision.kind === 'page' ? `${decision.to}: ${decision.reason}` : decision.reason
}

test.each<[string, PageProgress[], number, string]>([
  ['no page yet', [], 0, 'not_paged'],
  ['a person has time to answer', [page('a', 0)], 4.9, 'time_to_answer'],
  ['silence: the same person again', [page('a', 0)], 5, 'a: no_answer'],
  ['silence again: the next', [page('a', 0), page('a', 5)], 10, 'b: no_answer'],
  ['the second has time too', [page('a', 0), page('a', 5), page('b', 10)], 14, 'time_to_answer'],
  ['the second again', [page('a', 0), page('a', 5), page('b', 10)], 15, 'b: no_answer'],
  ['the third', [page('a', 0), page('a', 5), page('b', 10), page('b', 15)], 20, 'c: no_answer'],
  ['nobody is left', [...'aabbcc'].map((to, i) => page(to, i * 5)), 60, 'everybody_was_paged'],
  ['what does not get through goes on at once', [page('a', 0, 'stuck')], 0, 'b: undelivered'],
  ['the next does not get it either', [page('a', 0, 'stuck'), page('b', 0, 'stuck')], 0, 'c: undelivered'],
  ['nobody gets it', [...'abc'].map((to) => page(to, 0, 'stuck')), 60, 'everybody_was_paged'],
  ['a repeat that gets lost is not repeated', [page('a', 0), page('a', 5, 'stuck')], 5, 'b: undelivered'],
  ['on its way is not lost', [page('a', 0, 'on_its_way')], 1, 'time_to_answer'],
])('%s', (_what, pages, minute, expected) => {
  expect(decide(pages, minute)).toBe(expected)
})

test.each(['answered', 'acknowledged', 'resolved'] as const)('nobody else is woken once it is %s', (quiet) => {
  expect(decide([page('a', 0, 'stuck')], 60, { quiet })).toBe(quiet)
})

test('with silence switched off only what does not get through is escalated', () => {
  expect(decide([page('a', 0)], 60, { afterMs: 0 })).toBe('off')
  expect(decide([page('a', 0, 'stuck')], 0, { afterMs: 0 })).toBe('b: undelivered')
})

test('a clock that was set back only makes the wait longer', () => {
  expect(decide([page('a', 10)], 0)).toBe('time_to_answer')
})
