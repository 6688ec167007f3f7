import type { Conversation, Intent } from './intent.ts'

/** "Thanks", "ok": a short answer and nothing else. */
export const thanks: Intent = {
  id: 'thanks',
  matches: ({ said }) =>
    /^((ok|okay|great|cool|perfect|nice|good|many|well|wow|super|awesome|thank|thanks|you|a lot|very|much|so|man|mate|job|work|done|got it|understood|alright|all right|noted|cheers|hi|hello|hey|there|good morning|good evening|for|that|this|the|will|do|i see) ?)+$/.test(
      said.words,
    ),
  questions: () => [],
  reply: ({ said }: Conversation) =>
    /^(hi|hello|hey|good (morning|evening))\b/.test(said.words) ? 'Hello. Write *help* to see what I understand.' : 'You are welcome.',
}
