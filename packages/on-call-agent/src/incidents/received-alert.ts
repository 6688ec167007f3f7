/** One alert as the incidents see it; times are RFC 3339 in UTC with milliseconds. */
export interface ReceivedAlert {
  status: 'firing' | 'resolved'
  alertname: string
  service: string
  severity: string
  summary: string
  fingerprint: string
  labels: Record<string, string>
  startsAt: string
  /** Null while firing. */
  endsAt: string | null
}
