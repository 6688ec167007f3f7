import type { Conversation, Intent } from './intent.ts'

const ACT =
  'restart|reboot|roll ?back|rollback|revert|scale|deploy|redeploy|kill|stop|silence|mute|snooze|ack|acknowledge|close|resolve|page|call|notify|escalate|email|merge|patch|fix|delete|reassign|undo'

/** Orders that this agent must not or cannot carry out. */
export const outOfReach: Intent = {
  id: 'out_of_reach',
  matches: ({ said }) =>
    said.clauses.some(
      ({ words, negated }) =>
        !negated &&
        new RegExp(
          `^(ok |okay |yes |now |just )*(please |can you |could you |would you |will you |you should |go )*(${ACT}) (it|this|that|the|a|all|everything|ravi|them|both|instance\\w*|service|inventory|port|\\d|up|down|an|me)`,
        ).test(words),
    ),
  questions: () => [],
  reply: (_conversation: Conversation) =>
    'I cannot change anything in production, silence alerts or call people. I only look, explain and create tickets.',
}
