import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServerSide } from './recorded-requests.ts'

/** A server in a process of its own that records. */
export interface RecordingServer extends Disposable {
  url: string
  /** What it saw since the last call. */
  record(): Promise<ServerSide>
}

/** With `stall`, it answers nothing for so long, from so long after its first request on; in ms. */
export async function startRecordingServer(stall = { afterMs: 0, forMs: 0 }): Promise<RecordingServer> {
  const child = fork(fileURLToPath(new URL('./recording-server.ts', import.meta.url)), [String(stall.afterMs), String(stall.forMs)])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }] // As recording-server.ts says when it listens.
  return {
    url: `http://127.0.0.1:${port}`,
    async record() {
      child.send('record')
      const [{ record }] = (await once(child, 'message')) as [{ record: ServerSide }] // Its only other message.
      return record
    },
    [Symbol.dispose]: () => child.disconnect(),
  }
}
