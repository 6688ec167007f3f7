import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import { beforeAll, describe, expect, test } from 'vitest'
import { misbehavingRun } from '../test-parts/misbehaving-run.ts'
import { MISBEHAVIOURS } from '../test-parts/misbehaviours.ts'
import { LIMITS } from './functions/limits.ts'

// The same list with the agent's own limits, 20 times each: `pnpm --filter @oncall-lab/on-call-agent run misbehaviours-trial`.
/** Those that concern the whole loop; how the others are read is in models/openai/openai-model.test.ts. */
const BRIEF = MISBEHAVIOURS.filter(({ title }) =>
  /^(401|429 for an hour|it hangs$|it trickles|200 with HTML|arguments|the same|calls as text in tags|one call|functions|words|500 calls|evidence)/.test(
    title,
  ),
)

// Where no diagnosis can be had the limits are short; where one can, a busy machine must not end it.
const SHORT = { limits: { ...LIMITS, factsAfterMs: 400, deadlineMs: 3_000 }, attemptMs: 800 }
const LONG = { limits: { ...LIMITS, factsAfterMs: 25_000, deadlineMs: 60_000 }, attemptMs: 20_000 }

describe('whatever a model server does, the person is paged, with its diagnosis where one can be had', () => {
  const runs = new Map<string, ReturnType<typeof misbehavingRun>>()
  beforeAll(() => {
    const few = createSemaphore(6)
    for (const misbehaviour of BRIEF) {
      const run = { misbehaviour, incidents: 1, patienceMs: 25_000, ...(misbehaviour.ends === 'works' ? LONG : SHORT) }
      runs.set(
        misbehaviour.title,
        few.run(() => misbehavingRun(run)),
      )
    }
  })

  test.each(BRIEF)('$title: $ends', async ({ title, ends }) => {
    const run = await runs.get(title)
    expect(run?.errors).toEqual([])
    expect(run?.pageMs).toHaveLength(1)
    expect([run?.settled, run?.madeBy]).toEqual([true, ends === 'works' ? { model: 1, fallback: 0 } : { model: 0, fallback: 1 }])
  })
})
