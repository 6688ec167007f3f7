import type { Priority } from '../api.ts'
import type { Person } from './decide-assignee.ts'

/** A ticket, as far as we need it. */
export interface Ticket {
  key: string
  /** Opens in a browser. */
  url: string
  assignee: string | null
  /** What the tracker would not take, in words. */
  leftOut?: string[]
}

/** A ticket to be filed. */
export interface NewTicket {
  summary: string
  description: string
  /** Marks the incident that it is about, so that it is found again. */
  label: string
  priority: Priority
  assignee: Person | undefined
}

/** Where tickets are filed. All methods @throws TrackerError; none repeats a call by itself. */
export interface Tracker {
  readonly id: string
  /** Whether a ticket with this key is one of this tracker's. */
  owns(key: string): boolean
  /** People whom a ticket can be assigned to and whose name or address matches; all of them for ''. At most 50. */
  assignable(query: string): Promise<Person[]>
  /** The first ticket with this label. */
  findByLabel(label: string): Promise<Ticket | undefined>
  create(ticket: NewTicket): Promise<Ticket>
  assign(key: string, person: Person): Promise<void>
  comment(key: string, text: string): Promise<void>
  /** Moves the ticket to a state that counts as done; nothing happens when it is there already. */
  close(key: string): Promise<void>
}
