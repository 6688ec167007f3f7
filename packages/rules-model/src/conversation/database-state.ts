import { askMetric } from '../facts/metric-queries.ts'
import { databaseReach } from '../signals/database.ts'
import { sentence } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "Is the database down?": asks the instances' probes now. */
export const databaseState: Intent = {
  id: 'database_state',
  instead: ['still_happening', 'what_happened', 'why'],
  matches: ({ said }) =>
    /\b(is|are|how|check|reach|down|up|ok|okay|fine|reachable|status|state)\b/.test(said.words) &&
    /\b(database|db|postgres\w*|pg|sql)\b/.test(said.words) &&
    !/\b(ticket|team|comment)\b/.test(said.words),
  questions: ({ tools, facts }) =>
    [askMetric('database_up', facts.job), askMetric('database_errors', facts.job)].filter(({ tool }) => tools.includes(tool)),
  reply: ({ fresh }: Conversation) => {
    const reach = databaseReach.read(fresh)
    if (reach.kind !== 'seen') return `I could not see whether the database answers${reach.kind === 'failed' ? ` (${reach.why})` : ''}.`
    const state = {
      all: 'The database answers',
      back: 'The database answers again',
      some: 'Only some instances reach the database',
      none: 'The database does not answer',
    }[reach.level]
    return `*${state}:* ${sentence(reach.says)}`
  },
}
