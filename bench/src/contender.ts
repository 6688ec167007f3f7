/** One side of a comparison: a program that serves HTTP on this machine. */
export interface Contender {
  /** As the tables and pictures call it. */
  readonly name: string
  /** Why it cannot take part on this machine; undefined when it can. */
  whyAbsent(): string | undefined
  /** Starts it and waits until it answers. */
  start(setting: Setting, signal: AbortSignal): Promise<StartedContender>
}

/** What each contender of a comparison is given alike. */
export interface Setting {
  /** Base addresses that it forwards to. */
  backends: readonly string[]
  /** Its CPU. */
  core: number | undefined
  /** A directory for its configuration; removed after the run. */
  directory: string
}

/** A contender that answers at `url`. */
export interface StartedContender extends AsyncDisposable {
  url: string
  /** Its root process; 0 when it has none of its own. */
  pid: number
}
