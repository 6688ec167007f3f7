import type { CauseId } from '@oncall-lab/on-call-agent/api'
import type { ClusterRemedy } from '../engine/cluster-remedy.ts'
import type { HostRemedy } from '../engine/host-remedy.ts'
import type { Symptom } from '../facts/symptoms.ts'
import type { Place } from '../signals/signal.ts'
import type { LevelOf, SignalId } from '../signals/signals.ts'

/**
 * What each level of a signal adds to a cause, in nats: ln(P(level | cause) / P(level)). About +3 is next to conclusive, +1 helps, -2 speaks strongly
 * against. Of several signals of one source the strongest counts. These tables are the only place where weights stand.
 */
type Evidence = { [Id in SignalId]?: { [Level in LevelOf<Id>]?: number } }

/** What was seen, for a family's words. */
export interface Story {
  service: string
  is<Id extends SignalId>(id: Id, ...levels: LevelOf<Id>[]): boolean
  /** The signal's clause; undefined when it was not seen. */
  says(id: SignalId): string | undefined
  /** An error's own words, of the first signal that has some. */
  text(...ids: SignalId[]): string | undefined
  notes(id: SignalId): string[]
  /** Of the first signal that names some. */
  instances(...ids: SignalId[]): string[]
  spared(...ids: SignalId[]): string[]
  routes(...ids: SignalId[]): string[]
  /** The instances that a signal names where others are spared, else the service. */
  who(...ids: SignalId[]): string
  place: Place | undefined
}

/** How a cause is told once it stands. */
interface Tell {
  /** What is broken and why, in one short sentence. */
  headline(story: Story): string
  /** Signals whose clauses follow as sentences, where they were seen and fit. */
  because: readonly SignalId[]
  /** Further sentences, each with its reason in what was seen. */
  further?(story: Story): string[]
  component(story: Story): string
  /** Signals that say where: the first that names instances or routes is used. */
  instances?: readonly SignalId[]
  routes?: readonly SignalId[]
  steps(story: Story): string[]
  fix?(story: Story): string | undefined
  /** The line that the stack names belongs to this cause. */
  hasPlace?: boolean
}

/**
 * What cures a cause, in the order in which it is tried; which action it is, the targets of the incident say. `restart` and `drain`: the one instance that is named.
 * `restart_all`: every instance, one after the other. `scale_out`: one instance more. `scale_back`: as many as before somebody took some away. `roll_back`: the release that ran well before, there where the diagnosis says.
 * `set_back`: the changed setting. `end_blocker`: the session, or the statement, behind which others wait in the database. `end_slot_taker`: a session of the client that
 * has taken the connection slots. `build_index`: the one that is declared and missing. `set_aside`: the row that ends whoever reads it. `start_database`, `start_balancer`: what does not run.
 */
export type Remedy = HostRemedy | ClusterRemedy | ServiceRemedy

/** Of a service's own instances, whatever runs them, and of its database. */
export type ServiceRemedy =
  | 'restart'
  | 'drain'
  | 'restart_all'
  | 'scale_out'
  | 'scale_back'
  | 'roll_back'
  | 'set_back'
  | 'end_blocker'
  | 'end_slot_taker'
  | 'build_index'
  | 'set_aside'
  | 'start_database'
  | 'start_balancer'

/** A kind of cause. A new one is one file and one line in the list. */
export interface Family {
  id: string
  cause: CauseId
  /** In a few words, for the list of alternatives. */
  name: string
  /** How common it is against the others; 1 is usual. */
  prior: number
  /** The symptoms that it would explain. */
  explains: readonly Symptom[]
  evidence: Evidence
  /** Abnormal readings that follow from it and need no other reason. */
  follows?: readonly SignalId[]
  /** Signals to look at while it stands, most telling first; without it those of the evidence. */
  next?: readonly SignalId[]
  tell: Tell
  /** The least action that cures it, and what else would; without it none is proposed. */
  remedies?: readonly Remedy[]
  /** What a table cannot say: nats to add. */
  refine?(story: Story): number
}

/** Keeps a family's literals checked. */
export function defineFamily(family: Family): Family {
  return family
}
