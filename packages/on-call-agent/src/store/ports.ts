import type { Diagnosis, Incident, IncidentQuery, Phase, TimelineEvent } from '../api.ts'
import type { CreateTicketResult } from '../functions.ts'
import type { ActionStore } from './action-port.ts'
import type { AlertStore } from './alert-store.ts'
import type { Cursors } from './cursors.ts'
import type { InquiryStore } from './inquiry-store.ts'
import type { Outbox } from './outbox-port.ts'
import type { TranscriptStore } from './transcript-store.ts'

export type { ActionStore, NewAction, StoredAction } from './action-port.ts'
export type { NewMessage, OutboundMessage, Outbox, OutboxState } from './outbox-port.ts'

/** What happened, without its place in the timeline. */
export type NewEvent = TimelineEvent['event']

/** Reads incidents and their timelines. */
interface IncidentReader {
  /** Newest first. */
  list(limit: number): Promise<Incident[]>
  /** Newest first, those that fit all that is given. */
  search(query: IncidentQuery): Promise<Incident[]>
  /** By id or ref, in whatever case; undefined when there is none. */
  find(idOrRef: string): Promise<Incident | undefined>
  /** Oldest first. */
  timeline(incidentId: string): Promise<TimelineEvent[]>
  /** The events of all incidents with a greater id, oldest first. */
  eventsAfter(id: number, limit: number): Promise<TimelineEvent[]>
  /** 0 when there is none. */
  newestEventId(): Promise<number>
  /** How many incidents were opened since then. */
  countOpened(since: Date): Promise<number>
}

/** How an investigation ended. */
export interface Conclusion {
  diagnosis: Diagnosis
  madeBy: 'model' | 'fallback'
}

/** Incidents, their timelines and the work on them. */
export interface IncidentStore extends IncidentReader {
  append(incidentId: string, ...events: NewEvent[]): Promise<void>
  /** Enters a phase unless it or a later one was entered before; true when this call did. */
  enterPhase(incidentId: string, phase: Phase, summary?: string): Promise<boolean>
  /** Somebody is on it; the first one stays. */
  acknowledge(incidentId: string, by: string): Promise<void>
  /** Incidents whose investigation has not ended, oldest first, also those that a restart interrupted. */
  pendingInvestigations(): Promise<string[]>
  /** Whether that of this incident has not ended. */
  isPending(incidentId: string): Promise<boolean>
  /** An action is under way on it (`mitigating`), or no longer: then it is as its diagnosis left it. What is over stays resolved. */
  setMitigating(incidentId: string, isUnderWay: boolean): Promise<void>
  /** Ends the investigation: diagnosis, status and event. */
  conclude(incidentId: string, conclusion: Conclusion): Promise<void>
  /**
   * Forgets at most so many incidents that were resolved before that time, with all that belongs to them, and what belongs to none and is as old.
   * Returns how many incidents went. One that still has work is kept.
   */
  prune(before: Date, limit: number): Promise<number>
  setTicket(incidentId: string, ticket: Omit<CreateTicketResult, 'existing'>): Promise<void>
}

/** A message from a person that has to be answered. */
export interface InboundMessage {
  id: number
  from: string
  body: string
  /** Null: the message names no incident and none can be derived; the person has to be asked. */
  incidentId: string | null
  /** True when a vendor brought it; false for what was written on the console or by a program. */
  byVendor: boolean
  /** True when its text already stands in the transcript (the answering was interrupted). */
  begun: boolean
}

/** Messages from people. */
export interface Inbox {
  /** Stores a person's message; undefined when this `vendorId` was stored before. */
  receive(message: { vendorId: string | null; from: string; body: string; incidentId: string | null }): Promise<InboundMessage | undefined>
  /** Messages without an answer, oldest first. */
  unanswered(): Promise<InboundMessage[]>
  /** Puts the person's text into the transcript, once. */
  begin(messageId: number): Promise<void>
  /** Ends the work on the person's message. */
  markAnswered(messageId: number): Promise<void>
  /** The text of the person's newest message, when no incident could be told from it. */
  unplaced(person: string): Promise<string | undefined>
  /** When the newest message of this person came by a vendor; undefined when none ever did. */
  lastHeard(person: string): Promise<Date | undefined>
  /** The incidents of the newest message to or from this person, and of the newest from them. */
  lastConversation(person: string): Promise<{ newest: string | undefined; newestFromPerson: string | undefined }>
}

/** The eight ports. Every method is one durable transaction: when it resolves, its change is on disk. */
export interface StorePorts {
  alerts: AlertStore
  incidents: IncidentStore
  transcripts: TranscriptStore
  inbox: Inbox
  outbox: Outbox
  actions: ActionStore
  inquiries: InquiryStore
  cursors: Cursors
}

/** What the agent remembers. */
export interface Store extends StorePorts, AsyncDisposable {
  /**
   * Runs the work as one change: all of it, or nothing when it throws. The work uses `ports` only, and waits for nothing else. Urgent work goes
   * before other work that waits.
   */
  transaction<T>(work: (ports: StorePorts) => Promise<T>, options?: { urgent?: boolean }): Promise<T>
  /** Why nothing can be stored at present, e.g. a full disk; undefined when all works. Calls fail with a LabError of status 503 meanwhile. */
  trouble(): string | undefined
  /** Calls the listener, which must not throw, for each event once it is stored, whichever process stored it; returns the way to stop. */
  onEvent(listener: (event: TimelineEvent) => void): () => void
  /** Whether other processes may use the same data. */
  readonly isShared: boolean
  /**
   * Runs the task while no other process has the work of this name. The task is given a store whose changes are refused (409 `hold_lost`) once this
   * process has lost the work to another, and a signal that tells it so.
   */
  hold<T>(work: string, task: (store: Store, signal: AbortSignal) => Promise<T>): Promise<Held<T>>
  /** Calls the listener after another process ended and the work that it held was freed; returns the way to stop. */
  onFreed(listener: () => void): () => void
}

/** What became of a piece of work that only one process may do at a time. */
type Held<T> = { kind: 'done'; value: T } | { kind: 'held_elsewhere' }
