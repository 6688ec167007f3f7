/** GitHub's primary limits an hour (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
const REQUESTS_PER_HOUR = { token: 5_000, anonymous: 60 } as const
const HOUR_MS = 3_600_000

/** One caller's count in the present hour. */
export interface Quota {
  limit: number
  used: number
  /** When the hour ends, in seconds since 1970. */
  reset: number
}

/** Counts requests by caller. */
export interface RateLimit {
  /** The caller's present count, without a request. */
  peek(caller: Caller, nowMs: number): Quota
  /** Counts one request; false when the limit was reached before. */
  take(caller: Caller, nowMs: number): boolean
  /** Takes one request back: an answer 304 to an authorized caller is free. */
  refund(caller: Caller, nowMs: number): void
}

/** With the token, or from an address without one. */
export type Caller = { kind: 'token' } | { kind: 'anonymous'; address: string }

/** Counters that start anew an hour after a caller's first request. */
export function createRateLimit(): RateLimit {
  const quotas = new Map<string, Quota>()
  function peek(caller: Caller, nowMs: number): Quota {
    const key = caller.kind === 'token' ? 'token' : caller.address
    const kept = quotas.get(key)
    if (kept && kept.reset * 1_000 > nowMs) return kept
    const quota = { limit: REQUESTS_PER_HOUR[caller.kind], used: 0, reset: Math.ceil((nowMs + HOUR_MS) / 1_000) }
    quotas.set(key, quota)
    return quota
  }
  return {
    peek,
    take(caller, nowMs) {
      const quota = peek(caller, nowMs)
      if (quota.used >= quota.limit) return false
      quota.used += 1
      return true
    },
    refund(caller, nowMs) {
      const quota = peek(caller, nowMs)
      quota.used = Math.max(0, quota.used - 1)
    },
  }
}

/** `x-ratelimit-*` as GitHub sends them. */
export function rateLimitHeaders({ limit, used, reset }: Quota): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(limit - used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-used': String(used),
    'x-ratelimit-resource': 'core',
  }
}
