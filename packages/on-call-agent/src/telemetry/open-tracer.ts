import { decodePart } from '@oncall-lab/service-kit/decode-part'
import { createOtlpTracer } from './otlp-tracer.ts'
import { NO_TRACER, type Tracer } from './tracer.ts'

interface TelemetryConfig {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined
  OTEL_EXPORTER_OTLP_HEADERS?: string | undefined
  OTEL_SERVICE_NAME: string
}

/** The tracer that the environment asks for. */
export function openTracer(config: TelemetryConfig, onError: (what: string, error: unknown) => void): Tracer {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  if (endpoint === undefined) return NO_TRACER
  return createOtlpTracer({
    url: `${endpoint}/v1/traces`,
    headers: readHeaders(config.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: config.OTEL_SERVICE_NAME,
    onError,
  })
}

/** What of the settings must never be written anywhere: a header may hold a key. */
export function secretsOfTelemetry({ OTEL_EXPORTER_OTLP_HEADERS: headers }: Pick<TelemetryConfig, 'OTEL_EXPORTER_OTLP_HEADERS'>): string[] {
  return Object.values(readHeaders(headers)).flatMap((value) => [value, value.replace(/^\w+ /, '')])
}

/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
function readHeaders(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim().toLowerCase(), decodeOr(pair.slice(at + 1).trim())]
    }),
  )
}

/** A percent sign that encodes nothing stands for itself. */
const decodeOr = (value: string): string => decodePart(value) ?? value
