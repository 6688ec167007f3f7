/** One process that the lab starts and supervises. */
export interface Part {
  name: string
  port: number
  /** Program and arguments. */
  command: [string, ...string[]]
  /** The whole environment of the process. */
  env: Record<string, string>
  /** Answers with 2xx when the part can be used. */
  readyUrl: string
  /** Must also hold for the JSON that `readyUrl` answers. */
  readyWhen?: (answer: unknown) => boolean
}

/** `starting` until the first ready answer; `backoff` between an exit that nobody asked for and the restart. */
export type PartState = 'starting' | 'ready' | 'backoff' | 'stopping' | 'stopped'

/** A part as the run file and `lab status` show it. */
export interface PartStatus {
  name: string
  port: number
  state: PartState
  pid: number | null
  /** RFC 3339, UTC: start of the present process. */
  started_at: string | null
  restarts: number
}
