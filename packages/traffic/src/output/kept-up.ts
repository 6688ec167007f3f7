import type { Figures } from './figures.ts'

/** Requests that leave later than this at the 99th percentile did not leave on schedule. */
const LATE_MS = 10
/** A thread that is busier than this has no time left: that answers come slowly is its own doing. */
const BUSY_SHARE = 0.95
/** What this machine, not the target, refuses a connection with. */
const OWN_FAILURES: Record<string, string> = {
  EMFILE: 'it may not open more files (ulimit -n)',
  ENFILE: 'this machine has no more open files',
  EADDRNOTAVAIL: 'this machine has no more local ports',
  ENOBUFS: 'this machine has no more memory for sockets',
}

/** In what way the generator itself was the limit, null when it was not. */
export function whyNotKeptUp({ lag_p99_ms, lag_max_ms, failures, held_back, shed, held_back_busy_share }: Figures): string | null {
  for (const [code, reason] of Object.entries(OWN_FAILURES))
    if (failures[code]) return `the generator could not keep up: ${failures[code]} connections could not be opened, ${reason} (${code})`
  if (held_back_busy_share > BUSY_SHARE)
    return `the generator could not keep up: it was busy all the time while ${held_back + shed} requests waited for others to end; its machine was the limit, and latency holds that delay`
  if (lag_p99_ms === null || lag_p99_ms <= LATE_MS) return null
  return `the generator could not keep up: its requests left up to ${lag_max_ms} ms late (p99 ${lag_p99_ms} ms); its machine was the limit, and latency holds that delay`
}
