import { list } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

const ACT =
  'restart|reboot|bounce|roll ?back|rollback|revert|scale( up| down| out)?|deploy|redeploy|kill|stop|start|drain|close|resolve|email|mail|merge|patch|fix|delete|undo|terminate|cancel|comment on'

const ADD_COMMENT = /^(please )?(add|write|leave|post) (a )?(comment|note)\b/

/** Orders that this model must not or cannot carry out: said so, with what a person can run. */
export const outOfReach: Intent = {
  id: 'out_of_reach',
  instead: ['next_step'],
  matches: ({ said }) =>
    said.clauses.some(
      ({ words, negated }) =>
        !negated &&
        (ADD_COMMENT.test(words) ||
          new RegExp(
            `^(ok |okay |yes |now |just )*(please |can you |could you |would you |will you |you should |go |let us |lets )*(${ACT})( (it|this|that|the|a|all|everything|them|both|instance\\w*|service|inventory|port|\\d|up|down|an|me|to|now|please|i\\d+|:)|$)`,
          ).test(words)),
    ),
  questions: () => [],
  reply: ({ said, transcript: { diagnosis } }: Conversation) => {
    const names = diagnosis?.instances ?? []
    const command = /restart|reboot|bounce/.test(said.words)
      ? ` By hand: POST /stop and then POST /start on the process manager with the port${names.length > 0 ? ` of ${list(names.slice(0, 3))}` : ''}, one instance after the other.`
      : /roll ?back|revert|undo|deploy/.test(said.words)
        ? ' Start the release before by hand; *what changed?* says what runs now.'
        : /scale/.test(said.words)
          ? ' By hand: POST /scale on the process manager with {"replicas": …}.'
          : /close|resolve/.test(said.words)
            ? ' The incident closes by itself when its alert ends.'
            : ''
    return `I cannot change anything in production: I only look, explain and create tickets.${command}`
  },
}
