import { FIRST_LOGS } from '../facts/facts.ts'
import { clock, excerpt } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "Show me the logs", "the error", "stack trace": the newest lines, read again now. */
export const showLogs: Intent = {
  id: 'show_logs',
  example: '*show me the logs*',
  instead: ['what_happened', 'where', 'why', 'still_happening', 'create_ticket'],
  matches: ({ said }) =>
    /\b(show|give|send|see|paste|print|get|any|tail|what is in|look at)\b.*\b(logs?|log lines?|errors?|stack( ?trace)?|exceptions?|traceback)\b(?! rate)|^(the )?(logs?|stack( ?trace)?|error( message)?|errors|exception|traceback)( please)?$|\bwhat (does|do) the logs? say\b|\bwhich error\b/.test(
      said.words,
    ),
  questions: ({ tools }) => [FIRST_LOGS].filter(({ tool }) => tools.includes(tool)),
  reply: ({ facts, fresh, said }: Conversation) => {
    const logs = fresh.logs.kind === 'not_asked' ? facts.logs : fresh.logs
    if (logs.kind !== 'seen') return `I could not read the log${logs.kind === 'unseen' ? ` (${excerpt(logs.why, 120)})` : ''}.`
    const { entries, count } = logs.value.result
    if (entries.length === 0)
      return count > 0
        ? `The log counts ${count} errors of the last 2 minutes; I was shown none of them.`
        : 'The log holds no error of the last 2 minutes.'
    const [top] = logs.value.signatures
    const stack = top?.entries.findLast((entry) => entry.stack !== undefined)?.stack
    if (/\b(stack|trace|traceback)\b/.test(said.words))
      return stack
        ? `\`\`\`\n${stack
            .split('\n')
            .slice(0, 8)
            .map((line) => excerpt(line, 120))
            .join('\n')}\n\`\`\``
        : `None of the ${entries.length} entries that I read has a stack.`
    const lines = entries
      .slice(-3)
      .map(({ ts, instance, route, message }) => `- ${clock(ts)} ${instance}${route ? ` ${route}` : ''}: ${excerpt(message, 160)}`)
    return `${count > 3 ? `The newest 3 of ${count} errors of the last 2 minutes:` : 'The errors of the last 2 minutes:'}\n${lines.join('\n')}`
  },
}
