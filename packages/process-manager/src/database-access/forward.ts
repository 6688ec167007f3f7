import type { Socket } from 'node:net'

/** What a link does to what goes over it. */
export interface LinkState {
  /** An answer comes so much later; half of it is lost on each way. */
  delayMs: number
  /** Nothing arrives, and nobody is told. */
  isCut: boolean
}

/** One way of a link. */
export interface Direction {
  /** Looks at the link's state anew. */
  wake(): void
}

/** Without bytes it is the end. */
interface Piece {
  bytes?: Buffer
  since: number
}

/** What may be on the way before its sender is held up. */
const MOST_BYTES = 1_048_576
/** A timer is no more exact. */
const NOW_MS = 0.5

/** Carries what `from` sends, and its end, to `to`: in order, each piece as late as the link is slow when it is due. While the link is cut everything waits. */
export function forward(from: Socket, to: Socket, state: Readonly<LinkState>): Direction {
  const pieces: Piece[] = []
  let waiting = 0
  let timer: NodeJS.Timeout | undefined

  const deliver = ({ bytes }: Piece) => {
    if (!bytes) return to.end()
    waiting -= bytes.length
    // One that does not read holds up its sender.
    if (!to.write(bytes)) from.pause()
    else if (waiting < MOST_BYTES) from.resume()
  }
  const wake = () => {
    clearTimeout(timer)
    timer = undefined
    for (let [next] = pieces; next && !state.isCut && !to.destroyed; [next] = pieces) {
      const early = next.since + state.delayMs / 2 - performance.now()
      if (early > NOW_MS) {
        timer = setTimeout(wake, early)
        return
      }
      pieces.shift()
      deliver(next)
    }
  }
  const take = (piece: Omit<Piece, 'since'>) => {
    pieces.push({ ...piece, since: performance.now() })
    waiting += piece.bytes?.length ?? 0
    if (waiting >= MOST_BYTES) from.pause()
    if (!timer) wake()
  }
  from.on('data', (bytes: Buffer) => take({ bytes }))
  from.once('end', () => take({}))
  to.on('drain', () => waiting < MOST_BYTES && from.resume())
  to.once('close', () => clearTimeout(timer))
  return { wake }
}
