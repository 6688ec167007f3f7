import { setImmediate as nextTurn } from 'node:timers/promises'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { queueUpdates } from './delivery/queue-updates.ts'
import { firingFirst } from './incidents/firing-first.ts'
import type { ReceivedAlert } from './incidents/received-alert.ts'
import type { AlertOutcome, Store } from './store/ports.ts'

/** So many alerts, or of long ones so many characters, are redacted and stored before other work of this process gets its turn. */
const AT_ONCE = 200
const CHARS_AT_ONCE = 65_536

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
        for (const some of portions(ordered)) {
          if (stored.length > 0) await nextTurn()
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

function* portions(alerts: ReceivedAlert[]): Generator<ReceivedAlert[]> {
  let some: ReceivedAlert[] = []
  let chars = 0
  for (const alert of alerts) {
    const own = charsOf(alert)
    if (some.length > 0 && (some.length === AT_ONCE || chars + own > CHARS_AT_ONCE)) {
      yield some
      some = []
      chars = 0
    }
    some.push(alert)
    chars += own
  }
  if (some.length > 0) yield some
}

const charsOf = ({ labels, annotations }: ReceivedAlert) =>
  [labels, annotations].flatMap(Object.values<string>).reduce((sum, { length }) => sum + length, 0)
