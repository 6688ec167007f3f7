import { setTimeout } from 'node:timers/promises'
import type { HeldAlert } from '../lab/world.ts'
import { type Call, NoAnswer } from './contender.ts'

const LOOK_EVERY_MS = 300

/** Waits until Alertmanager holds an alert that pages and began after the break. @throws NoAnswer */
export async function awaitPage({ world, since, opens, deadline, signal }: Call): Promise<HeldAlert[]> {
  await opens
  while (Date.now() < deadline) {
    const held = (await world.heldAlerts()).filter(
      ({ labels, startsAt }) => labels.severity !== 'none' && Date.parse(startsAt) >= since - 1_000,
    )
    if (held.length > 0) return held
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
  }
  throw new NoAnswer('no_alert', 'no page came')
}

/** What a look at the world cost: nothing. */
export const NO_USAGE = { calls: 0, functions: 0, input_tokens: 0, output_tokens: 0 } as const
