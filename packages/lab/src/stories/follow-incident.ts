import type { IncidentWithTimeline, TimelineEvent } from '@oncall-lab/on-call-agent/api'
import type { Link } from '../demo/chain.ts'
import { eventsOf } from '../demo/evidence.ts'
import { narrate } from '../demo/narrate.ts'
import { DidNotCome, waitFor } from '../demo/patience.ts'
import type { StoryStage } from './demo-story.ts'

/** An incident that a story follows: tells each event once, and waits for what it is asked for. */
export interface FollowedIncident {
  /** As it was read last. */
  incident(): IncidentWithTimeline | null
  timeline(): TimelineEvent[]
  /** Reads until there is an event of the kind. @throws DidNotCome */
  event<K extends TimelineEvent['event']['kind']>(kind: K, seconds: number): Promise<Extract<TimelineEvent['event'], { kind: K }>>
  /** Reads until the condition holds. @throws DidNotCome */
  until(what: string, seconds: number, holds: (incident: IncidentWithTimeline) => boolean): Promise<void>
}

/** Follows the incident that `find` names once there is one. */
export function followIncident({ witnesses, story, signal }: StoryStage, find: () => Promise<string | null>): FollowedIncident {
  let id: string | null = null
  let last: IncidentWithTimeline | null = null
  let told = 0
  const read = async () => {
    id ??= await find()
    if (id === null) return null
    last = await witnesses.incident(id)
    for (const event of last.timeline.filter((each) => each.id > told)) {
      told = event.id
      for (const line of narrate(event)) story.tell(line)
    }
    return last
  }
  return {
    incident: () => last,
    timeline: () => last?.timeline ?? [],
    event: (kind, seconds) =>
      waitFor(`the event ${kind}`, seconds, async () => eventsOf((await read())?.timeline ?? [], kind)[0] ?? null, { signal }),
    until: async (what, seconds, holds) => {
      await waitFor(
        what,
        seconds,
        async () => {
          const incident = await read()
          return incident && holds(incident) ? true : null
        },
        { signal },
      )
    },
  }
}

/** The code of the newest proposal, as the phone shows it. */
export function waitForCode({ witnesses, signal }: StoryStage, seconds: number): Promise<string> {
  const codeIn = (messages: { body: string }[]) => messages.flatMap(({ body }) => /approve\*? (\d{4})/.exec(body)?.[1] ?? []).at(-1) ?? null
  return waitFor('the code of the proposal on the phone', seconds, async () => codeIn(await witnesses.messages()), { signal })
}

/** Plays the acts in turn; what did not come is told and ends them, so that the chain can say where it broke. */
export async function playActs({ story }: StoryStage, acts: () => Promise<void>): Promise<void> {
  try {
    await acts()
  } catch (error) {
    if (!(error instanceof DidNotCome)) throw error
    story.tell({ who: 'MISSING', what: error.message })
  }
  story.wait('')
  await story.told()
}

/** One link: there, or what is missing of it. */
export const link = (name: string, isThere: unknown, missing: string): Link => ({ name, missing: isThere ? null : missing })

/** The first event of each kind, in seconds since a moment. */
export function clockOf(
  timeline: TimelineEvent[],
  since: string,
  moments: readonly (readonly [string, TimelineEvent['event']['kind']])[],
): string[] {
  return moments.map(([name, kind]) => {
    const [first] = eventsOf(timeline, kind)
    const seconds = first ? `${((Date.parse(first.at) - Date.parse(since)) / 1_000).toFixed(1)} s` : 'MISSING'
    return `  ${name.padEnd(22)} ${seconds}`
  })
}
