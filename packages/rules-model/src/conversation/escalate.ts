import type { Conversation, Intent } from './intent.ts'

/** "Escalate to Priya", "call me", "wake the team": honest, with the way that is left. */
export const escalate: Intent = {
  id: 'escalate',
  instead: ['out_of_reach', 'ticket_status'],
  matches: ({ said }) =>
    /\b(escalate|hand ?over|page|wake|call|phone|ring|notify|loop in|get help from)\b.*|\bwho else is (on call|there|awake)\b|\bon call (list|rota|schedule)\b/.test(
      said.words,
    ) && !/\bticket\b|\bstop (paging|calling)\b|\bcall (it|this)\b/.test(said.words),
  questions: () => [],
  reply: (_conversation: Conversation) =>
    'I cannot call or page anybody from here; contacts are paged in the order of ONCALL_CONTACTS when nobody answers. To put somebody on it, write *create ticket and assign to <name>*, and call them yourself if it is urgent.',
}
