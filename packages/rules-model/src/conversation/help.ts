import type { Conversation, Intent } from './intent.ts'

/** "Help": what is understood. `examples` are the other intents'. */
export function createHelp(examples: readonly string[]): Intent {
  return {
    id: 'help',
    instead: ['thanks', 'ticket_status'],
    matches: ({ said }) =>
      /^(please )?help\b|\bwhat (can|do) you (do|understand|know)\b|\b(commands|options|menu)\b|\bwhat can i (say|write|ask)\b/.test(
        said.words,
      ),
    questions: () => [],
    reply: (_conversation: Conversation) =>
      `I understand:\n${examples.map((example) => `- ${example}`).join('\n')}\nI am a set of rules, not a person and not a language model.`,
  }
}

/** "Who are you?". */
export const whoAreYou: Intent = {
  id: 'who_are_you',
  instead: ['ticket_status', 'help', 'what_happened'],
  matches: ({ said }) =>
    /\b(who|what) are you\b|\bare you (a |an )?(bot|human|ai|robot|person|real|machine|llm|language model)\b/.test(said.words),
  questions: () => [],
  reply: ({ facts }: Conversation) =>
    `I am the on-call agent's built-in model: a set of rules, not a person and not a language model. I looked into the alert on ${facts.service}; ask *why?* or *still happening?*, or write *help*.`,
}
