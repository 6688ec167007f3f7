import type { StartedContender } from '../contender.ts'
import { nodeCommand } from '../node-command.ts'
import { startServer } from '../start-server.ts'

/** What a server has seen, by its own clock; requests for this path are not counted. */
export interface Watched {
  requests: number
  first_at_ms: number
  last_at_ms: number
  /** Null when it did not stall (yet). */
  stall: { begun_at_ms: number; ended_at_ms: number } | null
}

/** Where the server tells what it has seen; DELETE also makes it forget. */
export const WATCH_PATH = '/watch'

/** A server that keeps book. */
export interface WatchedServer extends StartedContender {
  watched(): Promise<Watched>
}

/** Starts one that stalls once, `stallAfterMs` after its first request, or never. */
export async function startWatchedServer(
  { core, stallAfterMs = 0, stallMs = 0 }: { core: number | undefined; stallAfterMs?: number; stallMs?: number },
  signal: AbortSignal,
): Promise<WatchedServer> {
  const command = (port: number) =>
    nodeCommand('bench/src/generator/watched-server.ts', { args: [port, stallAfterMs, stallMs].map(String) })
  const server = await startServer(command, { readyPath: WATCH_PATH, core }, signal)
  const watched = async () => (await (await fetch(server.url + WATCH_PATH, { signal })).json()) as Watched // watched-server.ts sends it.
  return { ...server, watched }
}
