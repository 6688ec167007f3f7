import type { TimelineEvent } from '@oncall-lab/on-call-agent/api'
import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'

/** Whether the agent's event stream is connected. */
export type StreamState = 'connecting' | 'open' | 'lost'

let state: StreamState = 'connecting'
const watchers = new Set<() => void>()
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5_000
/** Events of one burst refresh the queries once. */
const GATHER_MS = 80

function enter(next: StreamState): void {
  if (state === next) return
  state = next
  for (const watch of watchers) watch()
}

export function useStreamState(): StreamState {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch)
      return () => watchers.delete(watch)
    },
    () => state,
  )
}

/** Follows the agent's events for as long as the page lives, from the last one seen after each break, and refreshes what they concern. */
export function followEvents(client: QueryClient): void {
  let lastId: string | undefined
  let waitMs = FIRST_WAIT_MS
  let gathering: ReturnType<typeof setTimeout> | undefined
  const concerned = new Set<string>()

  const refresh = () => {
    gathering = undefined
    void client.invalidateQueries({ queryKey: ['incidents'] })
    void client.invalidateQueries({ queryKey: ['phone'] })
    for (const id of concerned) {
      void client.invalidateQueries({ queryKey: ['incident', id] })
      const ref = client.getQueryData<string>(['incident-id', id])
      if (ref) void client.invalidateQueries({ queryKey: ['incident', ref] })
    }
    concerned.clear()
  }

  const connect = () => {
    const source = new EventSource(`/agent/api/events${lastId === undefined ? '' : `?after=${encodeURIComponent(lastId)}`}`)
    source.onopen = () => {
      waitMs = FIRST_WAIT_MS
      const wasLost = state === 'lost'
      enter('open')
      if (wasLost) void client.invalidateQueries()
    }
    source.addEventListener('timeline', ({ data, lastEventId }) => {
      lastId = lastEventId || lastId
      const event = JSON.parse(data) as TimelineEvent // The agent's contract.
      concerned.add(event.incident_id)
      if (gathering === undefined) gathering = setTimeout(refresh, GATHER_MS)
    })
    // The browser's own repetition gives up on an HTTP error, which is what a proxy answers while the agent is away.
    source.onerror = () => {
      source.close()
      enter('lost')
      setTimeout(connect, waitMs)
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)
    }
  }
  connect()
}
