import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { answers } from './database-faults/session.ts'
import type { KnownPart } from './shop-parts.ts'

const ANSWERS_WITHIN_MS = 2_000

/** `url`: of the shop's data, `postgres://…`. */
export function databasePart(url: string, holdFile: string | undefined): KnownPart {
  return { holdFile, answers: () => answers(url) }
}

/** `url`: where customers reach the shop. Whatever it answers, it runs. */
export function loadBalancerPart(url: string, holdFile: string | undefined): KnownPart {
  const client = createHttpClient({ name: 'The load balancer', baseUrl: url, timeoutMs: ANSWERS_WITHIN_MS })
  return {
    holdFile,
    answers: () =>
      client.get('/healthz').then(
        () => true,
        (error: unknown) => error instanceof UpstreamError && error.upstreamStatus !== undefined,
      ),
  }
}
