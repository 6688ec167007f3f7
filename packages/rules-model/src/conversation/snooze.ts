import type { Conversation, Intent } from './intent.ts'

/** "Snooze 10 min", "stop paging me": what I cannot do, and the command that does it. */
export const snooze: Intent = {
  id: 'snooze',
  instead: ['out_of_reach', 'since_when'],
  matches: ({ said }) =>
    /\b(snooze|silence|mute|shut up|be quiet|quiet)\b|\bstop (paging|alerting|messaging|texting|writing|calling)\b|\b(can|may) i (go )?(back )?to (sleep|bed)\b|\bgo(ing)? back to (sleep|bed)\b/.test(
      said.words,
    ),
  questions: () => [],
  reply: ({ facts, said }: Conversation) => {
    const names = facts.subject.alertnames.slice(0, 3)
    const minutes = /\b(\d{1,3}) ?(m|min|mins|minutes)\b/.exec(said.words)?.[1] ?? '30'
    const command = names.map((name) => `amtool silence add alertname=${name} --duration=${minutes}m --comment="on it"`)
    return `I cannot silence alerts. This does, for ${minutes} minutes:\n${command.join('\n') || 'amtool silence add …'}\nI write again only if something new happens.`
  },
}
