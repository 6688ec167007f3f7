import { expect, test } from 'vitest'
import { readFacts } from '../facts/facts.ts'
import { defineFamily } from '../families/family.ts'
import { seen } from '../signals/signal.ts'
import { type Observations, observe, storyOf } from './observe.ts'
import { scoreOf } from './score.ts'

const facts = readFacts([], [])
const family = defineFamily({
  id: 'test',
  cause: 'application_exception',
  name: 'a test',
  prior: 1,
  explains: ['errors'],
  evidence: { logProgramming: { dominant: 2, none: -1 }, logUnknown: { dominant: 1.5 }, cpu: { idle: -0.5 }, latency: { slow: 1 } },
  tell: { headline: () => '', because: [], component: () => '', steps: () => [] },
})
const natsOf = (found: Partial<Observations>) => scoreOf(family, { ...observe(facts), ...found }, storyOf(facts, observe(facts))).nats

test('nothing asked is no evidence', () => {
  expect(natsOf({})).toBe(0)
})

test('what failed or was empty adds nothing', () => {
  expect(natsOf({ logProgramming: { kind: 'failed', why: 'x' }, cpu: { kind: 'empty' } })).toBe(0)
})

test('two signals of one source are one piece of evidence', () => {
  expect(natsOf({ logProgramming: seen('dominant', ''), logUnknown: seen('dominant', '') })).toBe(2)
})

test('independent sources add up, and doubt takes away', () => {
  expect(natsOf({ logProgramming: seen('dominant', ''), latency: seen('slow', '') })).toBe(3)
  expect(natsOf({ logProgramming: seen('dominant', ''), cpu: seen('idle', '') })).toBe(1.5)
})
