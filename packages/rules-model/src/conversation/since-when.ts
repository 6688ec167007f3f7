import { clock, duration } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "Since when?". */
export const sinceWhen: Intent = {
  id: 'since_when',
  example: '*since when?*',
  matches: ({ said }) => /\b(since when|how long|when (did|was|has)|what time|started when|start time)\b|^when\b/.test(said.words),
  questions: () => [],
  reply: ({ facts }: Conversation) => {
    const alert =
      facts.startedAt === undefined ? 'The alert does not say when it began.' : `The alert has been firing since ${clock(facts.startedAt)}.`
    const [signature] = facts.logs.kind === 'seen' ? facts.logs.value.signatures : []
    const cut =
      facts.logs.kind === 'seen' && facts.logs.value.result.count > facts.logs.value.result.entries.length
        ? '; older ones exist that I did not read'
        : ''
    const log = signature
      ? ` The first such entry that I read in the log is from ${clock(signature.first)}, the last from ${clock(signature.last)}${cut}.`
      : ''
    const known = facts.now !== undefined && facts.startedAt !== undefined && facts.now > facts.startedAt
    return `${alert}${log}${known ? ` My last look was ${duration(((facts.now ?? 0) - (facts.startedAt ?? 0)) / 1000)} after that.` : ''}`
  },
}
