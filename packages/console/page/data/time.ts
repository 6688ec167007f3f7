import { useSyncExternalStore } from 'react'

const TICK_MS = 1_000
const watchers = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** One timer for the whole page, so that all ages change in one turn; it rests while the page is hidden. */
function watch(watcher: () => void): () => void {
  // Nobody kept the time since the last watcher left.
  if (watchers.size === 0) now = Date.now()
  watchers.add(watcher)
  timer ??= setInterval(tick, TICK_MS)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  if (document.hidden) return
  now = Date.now()
  for (const each of watchers) each()
}

/** A clock for ages on the page, in steps of so many milliseconds. */
export function useNow(everyMs = TICK_MS): number {
  return useSyncExternalStore(watch, () => Math.floor(now / everyMs) * everyMs)
}

/** `4 s`, `3 min`, `2 h 5 min`, `4 days`; never negative, whatever the two clocks say. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 100) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return `${Math.floor(hours / 24)} days`
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

/** The time of day; with the date when it is another day. */
export function clockTime(at: string | number): string {
  const date = new Date(at)
  const today = new Date().toDateString() === date.toDateString()
  return today ? CLOCK.format(date) : `${DAY.format(date)} ${CLOCK.format(date)}`
}
