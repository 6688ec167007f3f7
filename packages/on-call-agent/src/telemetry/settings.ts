import { HttpUrl } from '@oncall-lab/service-kit/config'
import { Type } from 'typebox'

/** Where spans go, by the names that OpenTelemetry gives; nothing is measured without an endpoint. */
export const telemetrySettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(HttpUrl),
  /** `name=value`, separated by commas; values may be encoded for a URL. */
  OTEL_EXPORTER_OTLP_HEADERS: Type.Optional(
    Type.String({
      pattern: '^[^=,\\s]+=[^,]*(,[^=,]+=[^,]*)*$',
      description: 'names with values, such as authorization=Bearer%20abc,x-team=oncall',
    }),
  ),
  OTEL_SERVICE_NAME: Type.String({ default: 'on-call-agent', minLength: 1 }),
}
