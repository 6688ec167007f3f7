import { createHttpClient } from '@oncall-lab/service-kit/http-client'

/** Asks Alertmanager what it holds. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export interface AlertmanagerClient extends AsyncDisposable {
  /** The fingerprints of all alerts that have not ended, silenced and inhibited ones too. @throws UpstreamError */
  activeFingerprints(signal?: AbortSignal): Promise<Set<string>>
}

/** `baseUrl` as in ALERTMANAGER_URL. */
export function createAlertmanagerClient(baseUrl: string): AlertmanagerClient {
  const http = createHttpClient({ name: 'Alertmanager', baseUrl, timeoutMs: 5_000 })
  return {
    async activeFingerprints(signal) {
      const alerts = await http.get<{ fingerprint: string }[]>('/api/v2/alerts', signal ? { signal } : {})
      return new Set(alerts.map(({ fingerprint }) => fingerprint))
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}
