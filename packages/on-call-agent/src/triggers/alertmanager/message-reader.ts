import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { LabError } from '@oncall-lab/service-kit/errors'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import { type Grouping, parseMessage, type ReadGroup, readAlerts } from './alert-group.ts'
import type { Refusal, WorkerAnswer } from './message-worker.ts'

/** Parsed and read within a few milliseconds, so not worth a thread. */
const SMALL_BYTES = 131_072
/** A message of the greatest size needs a fifth of it. */
const WORKER_MEMORY_MB = 512

/** Reads a webhook's body. @throws LabError 400 when it is no message */
export type ReadMessage = (body: Buffer) => Promise<ReadGroup>

/**
 * Reads small bodies at once and large ones in a thread, which hands the alerts over in portions, so that no body holds the event loop. One thread at a
 * time bounds what many large bodies cost.
 */
export function createMessageReader(grouping: Grouping): ReadMessage {
  const threads = createSemaphore(1)
  return async (body) =>
    body.length <= SMALL_BYTES ? readAlerts(parseMessage(body.toString()), grouping) : threads.run(() => readInThread(body, grouping))
}

async function readInThread(body: Buffer, grouping: Grouping): Promise<ReadGroup> {
  // Without the flags of whoever runs this process, which may not suit a thread.
  const worker = new Worker(new URL('message-worker.ts', import.meta.url), {
    workerData: { body, grouping },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY_MB },
  })
  try {
    const first = await answerOf(worker)
    if (first.kind === 'refused') throw refusal(first)
    if (first.kind !== 'message') throw new Error('The thread gave alerts before their message')
    const alerts: ReceivedAlert[] = []
    while (alerts.length < first.count) {
      worker.postMessage('next')
      const portion = await answerOf(worker)
      if (portion.kind === 'alerts') alerts.push(...portion.alerts)
    }
    return { ...first.message, alerts }
  } finally {
    await worker.terminate()
  }
}

/** Rejects when the thread fails, e.g. for want of memory. */
async function answerOf(worker: Worker): Promise<WorkerAnswer> {
  const [answer] = (await once(worker, 'message')) as [WorkerAnswer] // It sends nothing else.
  return answer
}

const refusal = ({ message, code, status, field }: Refusal) =>
  new LabError(message, { code, status, ...(field !== undefined && { field }) })
