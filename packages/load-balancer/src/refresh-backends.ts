import { BackendList } from '@oncall-lab/process-manager/api'
import { HttpUrl } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { createHttpClient, type HttpClient } from '@oncall-lab/service-kit/http-client'
import type { Logger } from 'pino'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { BackendSet } from './backend-set.ts'
import type { Metrics } from './metrics.ts'

const ASK_WITHIN_MS = 2_000
const Addresses = Type.Array(HttpUrl)

/** A refresh that goes on until it is disposed. */
export interface BackendRefresh extends AsyncDisposable {
  /** Settles when the first answer, or the first failure, is there. */
  first: Promise<void>
}

/**
 * Asks the process manager for its backends every `everyMs`. Its list is believed even when it is empty; while it gives no usable list,
 * the last one stays in use, which is logged once per change.
 */
export function refreshBackends({
  pmUrl,
  everyMs,
  backends,
  metrics,
  log,
}: {
  pmUrl: string
  everyMs: number
  backends: BackendSet
  metrics: Metrics
  log: Logger
}): BackendRefresh {
  const manager = createHttpClient({ name: 'The process manager', baseUrl: pmUrl, timeoutMs: ASK_WITHIN_MS })
  const stopping = new AbortController()
  let stale = false
  let timer: NodeJS.Timeout | undefined

  async function refresh(): Promise<void> {
    const problem = await ask(manager, backends, log, stopping.signal)
    if (stopping.signal.aborted) return
    if (problem && !stale) log.warn({ problem, backends: backends.urls() }, 'no list of backends, keeping the last one')
    if (!problem && stale) log.info('the list of backends is fresh again')
    stale = problem !== undefined
    metrics.listStale(stale)
    metrics.backends(backends.size)
    timer = setTimeout(refresh, everyMs)
  }

  return {
    first: refresh(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      clearTimeout(timer)
      await manager[Symbol.asyncDispose]()
    },
  }
}

/** Takes the manager's list over; or says why it is not usable. */
async function ask(manager: HttpClient, backends: BackendSet, log: Logger, signal: AbortSignal): Promise<string | undefined> {
  try {
    const list = await manager.get<unknown>('/backends', { signal })
    if (!Value.Check(BackendList, list)) return 'the answer to GET /backends is not {"backends": [address, …]}'
    if (!Value.Check(Addresses, list.backends)) return `an address in ${JSON.stringify(list.backends)} is not http://host:port`
    const before = backends.urls().join()
    backends.replace(list.backends)
    if (backends.urls().join() !== before) log.info({ backends: backends.urls() }, 'backends changed')
    return undefined
  } catch (error) {
    return describeError(error)
  }
}
