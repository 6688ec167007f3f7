import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash, randomBytes } from 'node:crypto'
import { LabError } from '@oncall-lab/service-kit/errors'
import { type EndedSpan, otlpBody } from './otlp-body.ts'
import type { Attributes, Tracer } from './tracer.ts'

interface OtlpSettings {
  /** The whole address, `…/v1/traces`. */
  url: string
  headers: Record<string, string>
  serviceName: string
  onError: (what: string, error: unknown) => void
  /** Between two batches. */
  everyMs?: number
}

/** Beyond it the newest are dropped: a receiver that is away must not fill the memory. */
const MOST_WAITING = 2_000
const BATCH = 500
const SEND_MS = 3_000

/**
 * Sends spans as OTLP/JSON over HTTP. A receiver that is away or refuses costs spans and nothing else.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createOtlpTracer({ url, headers, serviceName, onError, everyMs = 1_000 }: OtlpSettings): Tracer & { dropped(): number } {
  const around = new AsyncLocalStorage<{ traceId: string; spanId: string }>()
  const waiting: EndedSpan[] = []
  let dropped = 0
  let sending: Promise<void> = Promise.resolve()
  let isAway = false

  async function send(spans: EndedSpan[]): Promise<void> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(otlpBody(spans, serviceName)),
        signal: AbortSignal.timeout(SEND_MS),
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`it answered ${answer.status}`)
      isAway = false
    } catch (error) {
      dropped += spans.length
      // Once, until it is back.
      if (!isAway) onError(`sending ${spans.length} spans`, error)
      isAway = true
    }
  }
  const flush = () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH)
      sending = sending.then(() => send(batch))
    }
    return sending
  }
  const timer = setInterval(() => void flush(), everyMs).unref()

  return {
    async span({ name, kind = 'internal', attributes, trace }, work) {
      const parent = around.getStore()
      const traceId = trace === undefined ? (parent?.traceId ?? randomBytes(16).toString('hex')) : hashOf(trace)
      const spanId = randomBytes(8).toString('hex')
      const all: Attributes = { ...attributes }
      const startMs = Date.now()
      const started = performance.now()
      let failed: string | undefined
      try {
        return await around.run({ traceId, spanId }, () => work((more) => Object.assign(all, more)))
      } catch (error) {
        failed = error instanceof LabError ? error.code : error instanceof Error ? error.name : 'error'
        throw error
      } finally {
        const errorType = failed ?? all['error.type']
        const ended: EndedSpan = {
          ...{ name, kind, traceId, spanId, startMs, durationMs: performance.now() - started },
          ...(parent?.traceId === traceId && { parentSpanId: parent.spanId }),
          attributes: { ...all, ...(errorType !== undefined && { 'error.type': errorType }) },
          failed: errorType !== undefined,
        }
        if (waiting.length < MOST_WAITING) waiting.push(ended)
        else dropped += 1
      }
    },
    dropped: () => dropped,
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)
