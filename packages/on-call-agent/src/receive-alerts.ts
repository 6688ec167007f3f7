import { setImmediate as nextTurn } from 'node:timers/promises'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { queueUpdates } from './delivery/queue-updates.ts'
import { firingFirst } from './incidents/firing-first.ts'
import { portionsOf } from './incidents/portions.ts'
import type { ReceivedAlert } from './incidents/received-alert.ts'
import type { AlertOutcome } from './store/alert-store.ts'
import type { Store } from './store/ports.ts'

interface ReceiveDependencies {
  store: Store
  personOnCall: string
}

/**
 * Stores the alerts of one webhook and the updates that follow, all or none; the outcomes are in the given order.
 * @throws LabError 503 when they cannot be stored: the sender tries again at once.
 */
export async function receiveAlerts({ store, personOnCall }: ReceiveDependencies, alerts: ReceivedAlert[]): Promise<AlertOutcome[]> {
  const ordered: ReceivedAlert[] = []
  const places = firingFirst(alerts, (alert) => ordered.push(alert) - 1)
  try {
    return await store.transaction(
      async (ports) => {
        const stored: AlertOutcome[] = []
        for (const some of portionsOf(ordered)) {
          if (some.length < ordered.length) await nextTurn()
          stored.push(...(await ports.alerts.apply(some)))
        }
        const outcomes = places.flatMap((place) => stored[place] ?? [])
        await queueUpdates(ports, outcomes, personOnCall)
        return outcomes
      },
      { urgent: true },
    )
  } catch (cause) {
    throw new LabError(`The alerts could not be stored: ${describeError(cause)}`, {
      code: 'not_stored',
      status: 503,
      retryable: true,
      cause,
    })
  }
}
