/** Where requests are sent. */
export interface Listener {
  /** As findings name it. */
  name: string
  host: string
  port: number
  /** With TLS; its certificate is its own. */
  tls?: boolean
  /** The process behind it, by the address of its /metrics. */
  metrics: string
}

/** A request as its listener takes it, from which others are made. */
export interface Seed {
  listener: Listener
  method: string
  /** With its query. */
  path: string
  headers: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is; with its own content type. */
  text?: string
  /** The answer goes on until somebody ends it. */
  streams?: boolean
}
