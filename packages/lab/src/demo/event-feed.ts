import { setTimeout as delay } from 'node:timers/promises'
import type { TimelineEvent } from '@oncall-lab/on-call-agent/api'

const RECONNECT_AFTER_MS = 500

/** Where the agent is, and the token that it asks for. */
export interface AgentAddress {
  url: string
  token: string | undefined
}

/**
 * The agent's `GET /api/events` from event `after` on, as they are stored; reconnects where the stream breaks and misses nothing.
 * Ends when the signal aborts.
 */
export async function* followEvents({ url, token }: AgentAddress, after: number, signal: AbortSignal): AsyncGenerator<TimelineEvent> {
  const headers = { accept: 'text/event-stream', ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  let lastId = after
  while (!signal.aborted) {
    try {
      const answer = await fetch(`${url}/api/events?after=${lastId}`, { signal, headers })
      for await (const data of readServerSentEvents(answer.body ?? new ReadableStream())) {
        const event = JSON.parse(data) as TimelineEvent // The agent's api.ts fixes the shape.
        if (event.id <= lastId) continue
        lastId = event.id
        yield event
      }
    } catch {
      // The agent restarts, or we are stopped: the loop's condition tells which.
    }
    await delay(RECONNECT_AFTER_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** The `data` of each server-sent event in a stream; comments and other fields are skipped. */
export async function* readServerSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text = (text + chunk).replaceAll('\r\n', '\n')
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).replace(/^ /, ''))
      if (data.length) yield data.join('\n')
    }
  }
}
