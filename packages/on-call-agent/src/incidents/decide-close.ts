/** Whether an incident is over once an episode of it has ended. */
export type CloseDecision = { kind: 'close'; reason: 'last_episode_ended' } | { kind: 'keep'; reason: 'others_open' }

/** An incident is over with its last episode. */
export function decideClose(openEpisodes: number): CloseDecision {
  return openEpisodes === 0 ? { kind: 'close', reason: 'last_episode_ended' } : { kind: 'keep', reason: 'others_open' }
}
