import { parentPort, workerData } from 'node:worker_threads'
import { schedule } from '../schedule.ts'
import { createLocalSender } from './local-sender.ts'
import type { Due } from './sender.ts'
import type { ThreadNews, ThreadOrder, ThreadTask } from './thread-messages.ts'

const task = workerData as ThreadTask // As thread-sender.ts gives it.
const sender = createLocalSender(task.sender, schedule(task.schedule, task.share) as Due)
const tell = (news: ThreadNews) => parentPort?.postMessage(news)

parentPort?.on('message', async (order: ThreadOrder) => {
  if (order.kind === 'start') sender.start(order.startAt)
  else if (order.kind === 'stop') sender.stop()
  else tell({ kind: 'collected', snapshot: await sender.collect() })
})
tell({ kind: 'ready' })
await sender.ended
tell({ kind: 'ended' })
