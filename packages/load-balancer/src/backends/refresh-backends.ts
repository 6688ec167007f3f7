import { describeError } from '@oncall-lab/service-kit/errors'
import { fits } from '@oncall-lab/service-kit/schema-problem'
import type { Logger } from 'pino'
import type { AddressRange } from '../address-range.ts'
import { FleetSettings, type SettingsInUse } from '../fleet-settings.ts'
import { backendAddressProblem } from './backend-address.ts'
import { readJson } from './read-json.ts'

/** The process manager's list as far as the balancer reads it; an older one has no `version`. */
const BackendList = {
  type: 'object',
  properties: {
    backends: { type: 'array', items: { type: 'string' }, maxItems: 1_000 },
    version: { anyOf: [{ type: 'integer' }, { type: 'string', maxLength: 100 }] },
    settings: FleetSettings,
  },
  required: ['backends'],
} as const

const ASK_WITHIN_MS = 2_000
/** How long the process manager may hold its answer while nothing changes. */
const HOLD_SECONDS = 5

/** A refresh that goes on until it is disposed. */
export interface BackendRefresh extends AsyncDisposable {
  /** Settles when the first answer, or the first failure, is there. */
  first: Promise<void>
}

/** Who takes what is refreshed. */
interface RefreshTarget {
  backends: { urls(): string[]; replace(urls: readonly string[]): void }
  /** A usable list has come, changed or not. */
  confirmList(): void
  metrics: { listStale(stale: boolean): void }
  settings: Pick<SettingsInUse, 'use' | 'discovery'>
}

interface RefreshOptions {
  pmUrl: string
  everyMs: number
  allowed: AddressRange
  target: RefreshTarget
  log: Logger
}

/**
 * Asks the process manager for its backends: at once again when its lists have a version, for then it holds its answer until there is something new
 * (a blocking query as Consul has them; the next question tells it that the version is in use), else every `everyMs`. Its list is believed even
 * when it is empty; while it gives no usable list, the last one stays in use, which is logged once per change.
 */
export function refreshBackends({ pmUrl, everyMs, allowed, target, log }: RefreshOptions): BackendRefresh {
  const { backends } = target
  const stopping = new AbortController()
  let version: number | string | undefined
  let stale = false
  let timer: NodeJS.Timeout | undefined

  async function refresh(): Promise<void> {
    const asked = performance.now()
    const seen = await ask(pmUrl, version, allowed, stopping.signal)
    if (stopping.signal.aborted) return
    const problem = seen.kind === 'unusable' ? seen.problem : undefined
    if (problem && !stale) log.warn({ problem, backends: backends.urls() }, 'no list of backends, keeping the last one')
    if (!problem && stale) log.info('the list of backends is fresh again')
    stale = problem !== undefined
    target.metrics.listStale(stale)
    const news = seen.kind === 'list' && seen.version !== undefined && seen.version !== version
    if (seen.kind === 'list') take(seen)
    version = seen.kind === 'list' ? seen.version : undefined
    // Held answers set the pace themselves. One that told nothing new at once was not held.
    const held = version !== undefined && (news || performance.now() - asked >= everyMs)
    timer = setTimeout(refresh, held ? 0 : everyMs)
  }

  function take({ backends: urls, settings = {} }: List): void {
    if (target.settings.use(settings)) log.info({ settings }, 'settings changed')
    const before = backends.urls().join()
    // A balancer that has just started has no list to stay with.
    if (target.settings.discovery === 'static' && before !== '') return
    backends.replace(urls)
    target.confirmList()
    if (backends.urls().join() !== before) log.info({ backends: backends.urls() }, 'backends changed')
  }

  return {
    first: refresh(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      clearTimeout(timer)
    },
  }
}

type List = { backends: string[]; version: number | string | undefined; settings: FleetSettings | undefined }
type Seen = ({ kind: 'list' } & List) | { kind: 'unusable'; problem: string }

async function ask(pmUrl: string, after: number | string | undefined, allowed: AddressRange, signal: AbortSignal): Promise<Seen> {
  try {
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}&wait_seconds=${HOLD_SECONDS}`
    const withinMs = ASK_WITHIN_MS + (after === undefined ? 0 : HOLD_SECONDS * 1_000)
    const list = await readJson(`${pmUrl}/backends${query}`, withinMs, signal)
    if (!fits(BackendList, list)) return { kind: 'unusable', problem: 'the answer to GET /backends is not {"backends": [address, …]}' }
    const [problem] = list.backends.flatMap((each) => backendAddressProblem(each, allowed) ?? [])
    if (problem !== undefined) return { kind: 'unusable', problem }
    return { kind: 'list', backends: [...list.backends], version: list.version, settings: list.settings }
  } catch (error) {
    return { kind: 'unusable', problem: `The process manager at ${pmUrl} gave no list: ${describeError(error)}` }
  }
}
