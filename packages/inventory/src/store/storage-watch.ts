/** What the storage tells whoever measures it. */
export interface StorageWatch {
  /** A call has waited so long for a connection of the pool, with or without success. */
  acquired(seconds: number): void
  /** A call has failed, or an idle connection was lost; an SQLSTATE, Node's code or one of `database-errors.ts`. */
  failed(code: string): void
  /** A reservation was made: its pieces are out of stock, whether or not its customer hears of it. */
  reserved(): void
  /** Runs one storage call, for which a request waits. */
  wait<T>(call: () => Promise<T>): Promise<T>
}

/** Measures nothing. */
export const NO_STORAGE_WATCH: StorageWatch = { acquired() {}, failed() {}, reserved() {}, wait: (call) => call() }
