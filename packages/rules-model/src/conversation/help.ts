import type { Conversation, Intent } from './intent.ts'

/** "Help": what is understood. `examples` are the other intents'. */
export function createHelp(examples: readonly string[]): Intent {
  return {
    id: 'help',
    matches: ({ said }) =>
      /^(please )?help\b|\bwhat (can|do) you (do|understand|know)\b|\b(commands|options|menu)\b|\bwho are you\b|\bare you (a |an )?(bot|human|ai|robot)\b/.test(
        said.words,
      ),
    questions: () => [],
    reply: (_conversation: Conversation) =>
      `I am a set of rules, not a person and not a language model. I understand:\n${examples.map((example) => `- ${example}`).join('\n')}`,
  }
}
