import type { Facts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import type { Call, Transcript } from '../transcript.ts'
import type { Said } from './said.ts'

/** What an intent may look at. */
export interface Conversation {
  said: Said
  transcript: Transcript
  /** What the investigation found. */
  facts: Facts
  /** What was asked since the person's message, and only that. */
  fresh: Facts
  /** The calls before the person's message. */
  earlier: Call[]
  tools: string[]
  /** Whether a target of the incident has this action. */
  isOffered: (action: string) => boolean
}

/** Something that people ask of the agent. A new one is one file and one line in the list. */
export interface Intent {
  id: string
  /** Intents that this one stands for where both match: one question gets one answer. */
  instead?: readonly string[]
  /** How a person may put it, for "help"; absent for what needs no advertising. */
  example?: string
  matches(conversation: Conversation): boolean
  /** What has to be called before there is a reply. */
  questions(conversation: Conversation): Question[]
  /** Short and plain, for a phone. */
  reply(conversation: Conversation): string
}
