import { FLEET_FAULTS, type FleetFaultRequest } from '@oncall-lab/process-manager/api'
import { type Indicator, indicatorNamed } from './indicators.ts'

/** One fault as it is tried, and the figures in which it is to be seen, the first above all. */
export interface Trial {
  fault: FleetFaultRequest
  lastsSeconds: number
  indicators: Indicator[]
}

/** All faults, tried as they declare it. */
export const TRIALS: readonly Trial[] = FLEET_FAULTS.map(({ mode, trial: { seconds, shows, fields } }) => ({
  fault: { mode: mode as FleetFaultRequest['mode'], ...fields }, // Its list is where the type comes from.
  lastsSeconds: seconds,
  indicators: shows.map(indicatorNamed),
}))
