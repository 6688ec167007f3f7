import type { Diagnosis, Incident, TimelineEvent } from '../api.ts'
import type { CreateTicketResult } from '../functions.ts'
import type { AlertDecision } from '../incidents/decide-alert.ts'
import type { ReceivedAlert } from '../incidents/received-alert.ts'
import type { ChatMessage } from '../incidents/transcript.ts'

/** What happened, without its place in the timeline. */
export type NewEvent = TimelineEvent['event']

/** What storing one alert did. */
export interface AlertOutcome {
  reason: AlertDecision['reason']
  /** The incident that was opened, joined or (with its last episode) resolved. */
  incidentId: string | null
  effect: 'opened' | 'joined' | 'episode_ended' | 'resolved' | 'none'
}

/** A message to a person; the outbox delivers it. */
export interface OutboundMessage {
  id: number
  incidentId: string | null
  to: string
  body: string
  createdAt: string
  attempts: number
  /** True when an attempt may have gone out without our learning of it. */
  uncertain: boolean
}

/** A message from a person that has to be answered. */
export interface InboundMessage {
  id: number
  from: string
  body: string
  /** Null: no incident could be told; the person has to be asked. */
  incidentId: string | null
  /** True when its text already stands in the transcript (the answering was interrupted). */
  begun: boolean
}

/** An episode that has not ended, for reconciling with Alertmanager. */
export interface OpenEpisode {
  id: number
  alertname: string
  fingerprint: string
}

/** How an investigation or a conversation turn ends: all of it is stored, or nothing. */
export interface Conclusion {
  diagnosis: Diagnosis
  madeBy: 'model' | 'fallback'
  /** What stands in the transcript for it. */
  messages: ChatMessage[]
  /** The page. */
  message: { to: string; body: string }
}

/** Incidents, their timelines, transcripts and messages. Every method is one durable transaction: when it returns, it is on disk. */
export interface IncidentStore extends Disposable {
  applyAlerts(alerts: ReceivedAlert[]): AlertOutcome[]
  /** Ends an episode whose resolve never arrived; closes the incident with its last one. */
  reconcileEpisode(episodeId: number): AlertOutcome
  openEpisodes(): OpenEpisode[]

  /** Newest first. */
  list(limit: number): Incident[]
  /** By id or ref, in whatever case; undefined when there is none. */
  find(idOrRef: string): Incident | undefined
  /** Oldest first. */
  timeline(incidentId: string): TimelineEvent[]
  /** All incidents' events with a greater id, oldest first. */
  eventsAfter(id: number, limit: number): TimelineEvent[]
  /** 0 when there is none. */
  newestEventId(): number
  /** Calls the listener, which must not throw, for each event once it is stored; returns the way to stop. */
  onEvent(listener: (event: TimelineEvent) => void): () => void
  append(incidentId: string, ...events: NewEvent[]): void

  /** Incidents whose investigation has not ended, oldest first: also those that a restart interrupted. */
  pendingInvestigations(): string[]
  transcript(incidentId: string): ChatMessage[]
  appendTranscript(incidentId: string, messages: ChatMessage[], events: NewEvent[]): void
  /** Ends the investigation: diagnosis, status and the queued page together. */
  conclude(incidentId: string, conclusion: Conclusion): void
  setTicket(incidentId: string, ticket: Omit<CreateTicketResult, 'existing'>): void

  /** Stores a person's message; undefined when this `sid` was stored before. */
  receiveMessage(message: { sid: string | null; from: string; body: string; incidentId: string | null }): number | undefined
  /** Messages without an answer, oldest first. */
  unansweredMessages(): InboundMessage[]
  /** Puts the person's text into the transcript, once. */
  beginAnswer(messageId: number): void
  /** Queues the answer and ends the work on the person's message. */
  answer(messageId: number, reply: { to: string; body: string }, messages: ChatMessage[]): void
  /** The incident of a message that we sent, by the vendor's id of it. */
  incidentOfSentMessage(sid: string): string | undefined
  /** Whether the vendor's id belongs to a message that we sent, with an incident or without. */
  isSent(sid: string): boolean
  /** The incidents of the newest message to or from this person, and of the newest from them. */
  lastConversation(person: string): { newest: string | undefined; newestFromPerson: string | undefined }

  /** Undelivered messages, oldest first. */
  outbox(): OutboundMessage[]
  /** Says that an attempt begins, so that a crash in it leaves the message `uncertain`. */
  markSending(messageId: number): void
  markSent(messageId: number, sid: string): void
  /** `final`: given up. `uncertain`: it may have gone out all the same. */
  markFailed(messageId: number, failure: { code: string; message: string; final: boolean; uncertain: boolean }): void
}
