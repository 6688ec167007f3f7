import type { Service } from '@oncall-lab/service-kit/service'
import type { LinkedIncident } from '../api.ts'
import type { ReceivedAlert } from '../incidents/received-alert.ts'
import type { AlertOutcome, AlertStore } from '../store/alert-store.ts'
import type { Store } from '../store/ports.ts'

/** Stores alerts; when it resolves, they are on disk. @throws LabError 503 when they cannot be stored. */
export type ReceiveAlerts = (alerts: ReceivedAlert[]) => Promise<AlertOutcome[]>

/** What a trigger's routes need of the agent. */
export interface TriggerRouteDependencies {
  receive: ReceiveAlerts
  /** By id or ref. @throws LabError 404 */
  find: (idOrRef: string) => Promise<LinkedIncident>
  /** Stores that a heartbeat came. */
  beat: AlertStore['beat']
}

/** What reconciling needs of the agent. */
export interface ReconcileDependencies {
  store: { alerts: Omit<AlertStore, 'apply'>; incidents: Pick<Store['incidents'], 'list' | 'timeline' | 'setTicket'> }
  receive: ReceiveAlerts
  /** Called with what came of the episodes that were closed. */
  onClosed: (outcomes: AlertOutcome[]) => void | Promise<void>
  onError: (what: string, error: unknown) => void
}

/** Something that opens incidents. */
export interface Trigger {
  readonly id: string
  /** Registers the routes that alerts come in by. */
  routes(app: Service, deps: TriggerRouteDependencies): void
  /** Closes episodes of this trigger whose end was never reported, until the signal ends it. */
  reconcile?(deps: ReconcileDependencies, signal: AbortSignal): Promise<void>
}
