import type { ChatMessage } from '../incidents/transcript.ts'
import type { NewEvent } from './ports.ts'

/** What the model was told and has answered, per incident. */
export interface TranscriptStore {
  /** Oldest first; a call without a result is given as interrupted. */
  read(incidentId: string): Promise<ChatMessage[]>
  /** Keeps the protocol (see `Transcript`): open calls are closed before anything but their results is added. */
  append(incidentId: string, messages: ChatMessage[], events?: NewEvent[]): Promise<void>
}
