import type { Incident } from '../api.ts'
import { isOnlyRef, readRefs } from './refs.ts'

/** Which incident a person's message is about. */
export type IncidentDecision =
  | { kind: 'incident'; id: string; reason: 'named' | 'quoted' | 'only_open' | 'conversation_goes_on' | 'latest' }
  /** The message is the answer to "which one?": the question that was asked before is meant. */
  | { kind: 'resume'; id: string; question: string; reason: 'answers_which' }
  | { kind: 'ask'; incidents: Incident[]; reason: 'ambiguous' | 'several_named' }
  | { kind: 'none'; reason: 'unknown_ref' | 'no_incident' }

/** What is known when a message comes. */
export interface MessageContext {
  text: string
  /** The incident of the message that it quotes. */
  quoted: string | undefined
  /** The incidents that the text names (`readRefs`), found in the store however old they are. */
  named: Incident[]
  /** Those that are not resolved, newest first. */
  open: Incident[]
  /** The newest of all. */
  latest: Incident | undefined
  /** As the store tells: the incidents of the newest message to or from this person, and of the newest from them. */
  last: { newest: string | undefined; newestFromPerson: string | undefined }
  /** The person's message before this one, when it was answered with "which incident do you mean?". */
  unplaced: string | undefined
  /** True when the message asks for something to be done, not only looked at. */
  acts: boolean
}

/**
 * A ref in the text wins, then the quoted message, then the only open incident. With two open ones a conversation about an open one may go on,
 * but nothing is done for a message that names none. A guess between two is never made.
 */
export function decideIncident(context: MessageContext): IncidentDecision {
  const { text, quoted, open, latest, unplaced } = context
  const named = decideByRef(context)
  if (named?.kind === 'incident' && unplaced !== undefined && isOnlyRef(text)) {
    return { kind: 'resume', id: named.id, question: unplaced, reason: 'answers_which' }
  }
  if (named) return named
  if (quoted) return { kind: 'incident', id: quoted, reason: 'quoted' }
  const [only, second] = open
  if (only && !second) return { kind: 'incident', id: only.id, reason: 'only_open' }
  const { newest, newestFromPerson } = context.last
  if (only) {
    const goesOn = !context.acts && newest === newestFromPerson ? open.find(({ id }) => id === newest) : undefined
    return goesOn
      ? { kind: 'incident', id: goesOn.id, reason: 'conversation_goes_on' }
      : { kind: 'ask', incidents: open, reason: 'ambiguous' }
  }
  const meant = newest ?? latest?.id
  return meant ? { kind: 'incident', id: meant, reason: 'latest' } : { kind: 'none', reason: 'no_incident' }
}

function decideByRef({ text, named }: MessageContext): IncidentDecision | undefined {
  const [first, second] = named
  if (second) return { kind: 'ask', incidents: named, reason: 'several_named' }
  if (first) return { kind: 'incident', id: first.id, reason: 'named' }
  return readRefs(text).length > 0 ? { kind: 'none', reason: 'unknown_ref' } : undefined
}
