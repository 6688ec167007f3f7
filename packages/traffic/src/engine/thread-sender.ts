import { Worker } from 'node:worker_threads'
import type { Sender, Snapshot } from './sender.ts'
import type { ThreadNews, ThreadOrder, ThreadTask } from './thread-messages.ts'

/** A sender in a thread of its own; resolved when that is ready to start. */
export async function createThreadSender(task: ThreadTask): Promise<Sender> {
  const worker = new Worker(new URL('./sender-thread.ts', import.meta.url), { workerData: task })
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  ended.promise.catch(() => undefined)
  let collected = Promise.withResolvers<Snapshot>()
  const order = (what: ThreadOrder) => worker.postMessage(what)
  const broke = (error: Error) => {
    for (const { reject } of [ready, collected, ended]) reject(error)
  }

  worker.on('message', (news: ThreadNews) => {
    if (news.kind === 'ready') ready.resolve()
    else if (news.kind === 'ended') ended.resolve()
    else collected.resolve(news.snapshot)
  })
  worker.on('error', broke)
  worker.on('exit', (code) => broke(new Error(`a sender's thread ended with ${code}`)))
  await ready.promise

  return {
    start: (startAt) => order({ kind: 'start', startAt }),
    collect() {
      collected = Promise.withResolvers()
      order({ kind: 'collect' })
      return collected.promise
    },
    stop: () => order({ kind: 'stop' }),
    ended: ended.promise,
    async [Symbol.asyncDispose]() {
      collected.promise.catch(() => undefined)
      await worker.terminate()
    },
  }
}
