/** A container of the lab, as far as the decision needs it. */
export interface StoppedContainer {
  service: string
  status: string
  exitCode: number
  /** The engine's own words where it could not start the container. */
  error: string
}

/** Whether a container is started again. */
export type StartDecision = { kind: 'start'; reason: 'killed' | 'lost_its_pod' } | { kind: 'leave'; reason: 'runs' | 'stopped_in_order' }

/** 128 + SIGKILL. Every part of the lab ends with another status when it is asked to stop. */
const KILLED = 137

/** Starts what was killed, and what could not join a pod that was away; leaves alone what somebody stopped. */
export function decideStart({ status, exitCode, error }: StoppedContainer): StartDecision {
  if (status !== 'exited' && status !== 'created') return { kind: 'leave', reason: 'runs' }
  if (error !== '') return { kind: 'start', reason: 'lost_its_pod' }
  return exitCode === KILLED ? { kind: 'start', reason: 'killed' } : { kind: 'leave', reason: 'stopped_in_order' }
}
