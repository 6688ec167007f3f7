import { expect, test } from 'vitest'
import type { Model } from '../../packages/on-call-agent/src/models/model.ts'
import { converse } from '../../packages/on-call-agent/test-parts/talk.ts'
import { answer } from '../../packages/rules-model/src/answer.ts'
import { HARDER, REPLIES } from './replies.ts'

/** The embedded model without a process around it. */
const model: Model = {
  name: 'rules',
  async answer(transcript, tools) {
    return answer(
      transcript,
      tools.map(({ name }) => name),
    )
  },
}

test('people are understood: no wrong deed, and a useful answer to 95 of 100 replies at least', { timeout: 180_000 }, async () => {
  const wrong: object[] = []
  const useless: object[] = []
  for (const { situation, says, deeds, useful } of REPLIES) {
    const outcome = await converse(model, situation, says)
    if (outcome.deeds.join() !== deeds.join())
      wrong.push({ says, open: situation.open, wanted: deeds, did: outcome.deeds, answer: outcome.answer })
    if (!useful.test(outcome.answer)) useless.push({ says, open: situation.open, answer: outcome.answer })
  }
  const share = (100 * (REPLIES.length - useless.length)) / REPLIES.length
  process.stdout.write(
    `${REPLIES.length} replies, ${HARDER} of them in other languages or about several incidents: ${wrong.length} wrong deeds, ${share.toFixed(1)} % useful\n`,
  )
  expect(REPLIES.length).toBeGreaterThanOrEqual(120)
  expect(HARDER).toBeGreaterThanOrEqual(30)
  expect(wrong).toEqual([])
  expect(share, JSON.stringify(useless, null, 1)).toBeGreaterThanOrEqual(95)
})
