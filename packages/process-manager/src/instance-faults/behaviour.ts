import type { FaultRequest } from '@oncall-lab/inventory/api'

/** A fault as an instance takes it; what is missing has the instance's defaults. */
export type InstanceFault = Partial<FaultRequest> & Pick<FaultRequest, 'mode' | 'ttl_seconds'>

/** A fault that is on in one instance. */
export interface ActiveInstanceFault {
  port: number
  fault: InstanceFault
  /** Unix time in ms. */
  until: number
}

/** What the process manager does for the faults that use up one thing (`uses` of their declaration), beside handing them over. */
export interface FaultBehaviour {
  /** True when the fault stays on although its process has ended. */
  readonly outlivesProcess?: boolean
  /**
   * The fault as these instances may have it; `others` are the instances that have one of its kind already.
   * @throws LabError 409 when the machine cannot bear it.
   */
  fits?(fault: InstanceFault, ports: readonly number[], others: readonly ActiveInstanceFault[]): InstanceFault
  /** The faults of its kind as they shall be now that there is one more or one fewer. */
  rebalance?(active: readonly ActiveInstanceFault[]): InstanceFault[]
  /** An instance that has the fault runs again, or (`isRunning` false) runs no more. */
  onState?(port: number, isRunning: boolean): void
  /** The fault is over, by its time or because it was ended; resolves when the instance is as it was before. */
  onEnd?(port: number, isGivenUp: boolean): Promise<void>
}
