import { parentPort, workerData } from 'node:worker_threads'
import { LabError } from '@oncall-lab/service-kit/errors'
import { portionsOf } from '../../incidents/portions.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import { type Grouping, parseMessage, type ReadGroup, readAlerts } from './alert-group.ts'

// A thread for one large webhook: it parses and reads the body, then gives a portion of the alerts for each message that it gets.

/** Why the message cannot be used, as the fields of a LabError. */
export interface Refusal {
  kind: 'refused'
  message: string
  code: string
  status: number
  field: string | undefined
}

/** What the thread sends: first a refusal or all but the alerts, then their portions. */
export type WorkerAnswer =
  | Refusal
  | { kind: 'message'; message: Omit<ReadGroup, 'alerts'>; count: number }
  | { kind: 'alerts'; alerts: ReceivedAlert[] }

const send = (answer: WorkerAnswer) => parentPort?.postMessage(answer)

const { body, grouping } = workerData as { body: Uint8Array; grouping: Grouping } // As message-reader.ts gives it.
try {
  const { alerts, ...message } = readAlerts(parseMessage(Buffer.from(body.buffer, body.byteOffset, body.length).toString()), grouping)
  const portions = portionsOf(alerts)
  parentPort?.on('message', () => send({ kind: 'alerts', alerts: portions.next().value ?? [] }))
  send({ kind: 'message', message, count: alerts.length })
} catch (error) {
  if (!(error instanceof LabError)) throw error
  const { message, code, status, field } = error
  send({ kind: 'refused', message, code, status, field })
}
