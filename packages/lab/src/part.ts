/** How a process of a part is started. */
export interface Launch {
  /** Program and arguments. */
  command: [string, ...string[]]
  /** The whole environment of the process. */
  env: Record<string, string>
  /** The repository's root unless given. */
  cwd?: string
  /** Whoever the lab runs as unless given. */
  user?: { uid: number; gid: number } | null
}

/** One process that the lab starts and supervises. */
export interface Part {
  name: string
  /** Null for a part that listens nowhere. */
  port: number | null
  /** Parts before this one in the list that must be ready before it starts. */
  after?: string[]
  /** Frees what a part of a lab that was killed may still hold; called before the ports are looked at. */
  recover?: () => Promise<unknown>
  /** Makes everything ready for a start, also before each restart, and says how to start. @throws when that is impossible, or the signal's reason. */
  launch: (signal: AbortSignal) => Promise<Launch>
  /** One question to the part: can it be used now? Never rejects. */
  isReady: () => Promise<boolean>
}

/** `starting` until the first ready answer; `backoff` between an exit that nobody asked for and the restart. */
export type PartState = 'starting' | 'ready' | 'backoff' | 'stopping' | 'stopped'

/** A part as the run file and `lab status` show it. */
export interface PartStatus {
  name: string
  port: number | null
  state: PartState
  pid: number | null
  /** RFC 3339, UTC: start of the present process. */
  started_at: string | null
  restarts: number
}
