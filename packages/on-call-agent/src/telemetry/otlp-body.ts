import type { Attributes, AttributeValue } from './tracer.ts'

/** A span that is over. */
export interface EndedSpan {
  name: string
  kind: 'internal' | 'client'
  traceId: string
  spanId: string
  parentSpanId?: string
  startMs: number
  durationMs: number
  attributes: Attributes
  failed: boolean
}

/** Numbers of the protocol's enumerations. */
const KINDS = { internal: 1, client: 3 }
const STATUS_ERROR = 2

/** The body of `POST …/v1/traces` in JSON: ids in hex, times and integers as texts. @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export function otlpBody(spans: EndedSpan[], serviceName: string): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': serviceName }) },
        scopeSpans: [{ scope: { name: 'oncall-lab', version: '1' }, spans: spans.map(spanOf) }],
      },
    ],
  }
}

function spanOf({ name, kind, traceId, spanId, parentSpanId, startMs, durationMs, attributes, failed }: EndedSpan): object {
  const startNanos = BigInt(Math.round(startMs)) * 1_000_000n
  return {
    ...{ traceId, spanId, ...(parentSpanId !== undefined && { parentSpanId }), name, kind: KINDS[kind] },
    startTimeUnixNano: String(startNanos),
    endTimeUnixNano: String(startNanos + BigInt(Math.round(durationMs * 1e6))),
    attributes: attributesOf(attributes),
    ...(failed && { status: { code: STATUS_ERROR } }),
  }
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: otlpValue(value) }]))
}

function otlpValue(value: AttributeValue): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(otlpValue) } }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
