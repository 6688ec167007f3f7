/** One alert as the incidents see it; times are RFC 3339 in UTC with milliseconds. */
export interface ReceivedAlert {
  status: 'firing' | 'resolved'
  /** Which trigger it came by and from where, e.g. `alertmanager http://10.0.0.5:9093`. */
  source: string
  alertname: string
  /** What it is grouped by: the service, or what the alert has instead. */
  service: string
  severity: string
  summary: string
  /** Tells alerts of one service apart. */
  fingerprint: string
  labels: Record<string, string>
  annotations: Record<string, string>
  /** The sender's page about it; null where there is none. */
  generatorUrl: string | null
  startsAt: string
  /** Null while firing, and where the sender does not say. */
  endsAt: string | null
}
