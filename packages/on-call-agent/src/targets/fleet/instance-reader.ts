import { LogsTail } from '@oncall-lab/inventory/api'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { request } from 'undici'
import type { ProbeResult } from '../../look-functions.ts'

/** Reads from single instances, past the balancer. Whoever calls gives addresses that the process manager listed. */
export interface InstanceReader {
  /** @throws UpstreamError */
  tailLogs(instance: string, seconds: number, limit: number, signal?: AbortSignal): Promise<LogsTail>
  /** The instance's metrics in Prometheus' text form. @throws LabError */
  metrics(instance: string, signal: AbortSignal): Promise<string>
  /** One GET; without an instance at the balancer. Never throws: what went wrong is the finding. */
  probe(instance: string | undefined, path: string, signal: AbortSignal): Promise<ProbeResult['answers'][number]>
}

const PROBE_MS = 3_000
const METRICS_BYTES = 1_048_576
/** The process manager lists instances of this machine. */
const LISTED = /^(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/

/** `balancerUrl` as in LB_URL. */
export function createInstanceReader(balancerUrl: string): InstanceReader {
  const addressOf = (instance: string) => {
    if (LISTED.test(instance)) return `http://${instance}`
    throw new LabError(`${instance} is no instance of this machine`, { code: 'foreign_instance', status: 400 })
  }
  return {
    tailLogs: (instance, seconds, limit, signal) =>
      createHttpClient({ name: `The instance ${instance}`, baseUrl: addressOf(instance), timeoutMs: PROBE_MS }).get('/logs/tail', {
        schema: LogsTail,
        query: { seconds, limit },
        signal,
      }),
    async metrics(instance, signal) {
      const within = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)])
      const { statusCode, body } = await request(`${addressOf(instance)}/metrics`, { signal: within })
      const text = await body.text()
      if (statusCode !== 200 || text.length > METRICS_BYTES)
        throw new LabError(`${instance} answered ${statusCode} for its metrics`, { code: 'upstream_status', status: 502 })
      return text
    },
    async probe(instance, path, signal) {
      const at = instance ?? 'load balancer'
      const started = performance.now()
      const took = () => Math.round(performance.now() - started)
      try {
        const base = instance === undefined ? balancerUrl : addressOf(instance)
        const { statusCode, body } = await request(`${base}${path}`, { signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]) })
        await body.dump({ limit: 65_536 })
        return { at, status: statusCode, milliseconds: took() }
      } catch (error) {
        if (signal.aborted) throw error
        return { at, status: null, milliseconds: took(), error: describeError(error).slice(0, 120) }
      }
    },
  }
}
