import { inject } from 'vitest'
import { type RunningProcessManager, startProcessManager } from './start-process-manager.ts'

/** A process manager with so many instances over the test run's database server. */
export function runProcessManager(replicas: number): Promise<RunningProcessManager> {
  return startProcessManager({ databaseUrl: inject('postgresUrl'), replicas })
}
