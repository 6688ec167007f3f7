import { INSTANCES } from '../facts/facts.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { release, scaling } from '../signals/changes.ts'
import { clock, excerpt, list, sentence } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "What changed?", "did anyone deploy?": releases, restarts and scaling, looked at now. */
export const whatChanged: Intent = {
  id: 'what_changed',
  example: '*what changed?*',
  instead: ['what_happened', 'still_happening', 'ticket_status', 'out_of_reach', 'next_step'],
  matches: ({ said }) =>
    /\bwhat (has |was |is )?(changed|new|different)\b|\b(any|recent|last|latest|new) (changes?|deploy\w*|releases?|commits?|rollouts?)\b|\b(who|did (any|some)(one|body)|did we|was there|when) .*\b(deploy\w*|release\w*|ship\w*|change\w*|merge\w*)\b|\bwhich (version|release|commit)\b/.test(
      said.words,
    ),
  questions: ({ tools, facts }) => [INSTANCES, askMetric('replicas_wanted', facts.job)].filter(({ tool }) => tools.includes(tool)),
  reply: ({ facts, fresh, said }: Conversation) => {
    const base = fresh.instances.kind === 'seen' ? { ...fresh, rate: facts.rate, startedAt: facts.startedAt } : facts
    if (base.instances.kind !== 'seen')
      return `I could not ask the process manager${base.instances.kind === 'unseen' ? ` (${excerpt(base.instances.why, 120)})` : ''}, so I do not know what changed.`
    const seen = [release.read(base), scaling.read(base)].flatMap((found) => (found.kind === 'seen' ? [sentence(found.says)] : []))
    const versions = [
      ...new Set(
        base.instances.value.instances.map(({ release: name, commit }) => `${name ?? '?'}${commit ? ` (${commit.slice(0, 7)})` : ''}`),
      ),
    ]
    const starts = base.instances.value.instances.flatMap(({ started_at }) => started_at ?? []).sort()
    const last = starts.at(-1)
    return [
      ...seen,
      `Running: release ${list(versions)}${last ? `; the newest process started at ${clock(last)}` : ''}.`,
      ...(/\bwho\b/.test(said.words) ? ['Who deployed it cannot be told from here; the commit’s author is in the repository.'] : []),
    ].join('\n')
  },
}
