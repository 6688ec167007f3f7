import { PHASES, type Phase } from '../api.ts'

/** Whether a phase comes after the one that an incident has reached: each is entered once, and none after a later one. */
export function isLater(phase: Phase, reached: Phase | null): boolean {
  return PHASES.indexOf(phase) > (reached === null ? -1 : PHASES.indexOf(reached))
}
