import { Connection, type ConnectionOutcome, type Target } from './connection.ts'

/** Connections that are open and idle, and new ones. */
export interface Connections<Exchange> extends Disposable {
  /** Whether a request can leave without opening a connection. */
  hasIdle(now: number): boolean
  /** Sends on an idle connection (the last used first, so that few stay warm) or a new one; destroying what it returns gives the exchange up. */
  send(exchange: Exchange, request: string, now: number): Connection<Exchange>
}

/** `ended` is called once for each exchange that was not given up. */
export function createConnections<Exchange>(
  target: Target,
  ended: (exchange: Exchange, outcome: ConnectionOutcome) => void,
): Connections<Exchange> {
  const idle: Connection<Exchange>[] = []
  const all = new Set<Connection<Exchange>>()

  const events = {
    ended(connection: Connection<Exchange>, exchange: Exchange, outcome: ConnectionOutcome) {
      if (connection.isUsable && 'status' in outcome) idle.push(connection)
      ended(exchange, outcome)
    },
    closed(connection: Connection<Exchange>) {
      all.delete(connection)
      const index = idle.indexOf(connection)
      if (index >= 0) idle.splice(index, 1)
    },
  }

  /** The one that was used last; the longest idle ones are dropped when even they have had their time. */
  function lastUsable(now: number): Connection<Exchange> | undefined {
    for (let last = idle.at(-1); last; last = idle.at(-1)) {
      if (last.isUsable && last.usableUntil > now) return last
      idle.pop()
      last.destroy()
    }
    return undefined
  }

  return {
    hasIdle: (now) => lastUsable(now) !== undefined,
    send(exchange, request, now) {
      const connection = lastUsable(now) ?? new Connection<Exchange>(target, events)
      if (idle.at(-1) === connection) idle.pop()
      else all.add(connection)
      connection.send(exchange, request)
      return connection
    },
    [Symbol.dispose]() {
      for (const connection of all) connection.destroy()
    },
  }
}
