import { badInput, describeError, LabError } from '@oncall-lab/service-kit/errors'
import type { AlertOutcome, IncidentStore } from '../../store/ports.ts'
import { type AlertGroup, readAlerts } from './alert-group.ts'

/**
 * Stores an alert group and says what came of each alert. When it returns, all of it is on disk: only then may Alertmanager get its 2xx.
 * @throws LabError 400 for a time that is none; 503 when it cannot be stored (Alertmanager tries again at once on 5xx).
 */
export function takeIn(store: IncidentStore, group: AlertGroup): AlertOutcome[] {
  const read = readAlerts(group)
  if (read.kind === 'invalid') throw badInput(read.invalid.path, `must be an RFC 3339 time, and is ${JSON.stringify(read.invalid.value)}`)
  try {
    return store.applyAlerts(read.alerts)
  } catch (cause) {
    throw new LabError(`The alerts could not be stored: ${describeError(cause)}`, {
      code: 'not_stored',
      status: 503,
      retryable: true,
      cause,
    })
  }
}
