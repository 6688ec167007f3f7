/** One alert as the incidents see it; times are RFC 3339 in UTC with milliseconds. */
export interface ReceivedAlert {
  status: 'firing' | 'resolved'
  /** Its sender names it by a key that is used once: a firing with a known fingerprint opens nothing, however long ago it was. */
  once?: boolean
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

/** The trigger that a source is of; episodes from before sources were kept are Alertmanager's. */
export function triggerOf(source: string): string {
  return source.split(' ', 1)[0] || 'alertmanager'
}
