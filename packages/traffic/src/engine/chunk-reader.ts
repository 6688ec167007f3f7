const LONGEST_LINE = 16_384
const SIZE = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i

/** Skips a chunked body (RFC 9112 section 7.1) that comes in pieces. */
export class ChunkReader {
  #line = ''
  #left = 0
  #in: 'size' | 'data' | 'after_data' | 'trailers' = 'size'

  /** The position behind the body's end, or that more is needed, or that this is no chunked body. The reader is then ready for the next. */
  read(piece: Buffer): number | 'more' | 'broken' {
    let at = 0
    while (at < piece.length) {
      if (this.#in === 'data') {
        const skipped = Math.min(this.#left, piece.length - at)
        this.#left -= skipped
        at += skipped
        if (this.#left === 0) this.#in = 'after_data'
        continue
      }
      const lineEnd = piece.indexOf(10, at)
      this.#line += piece.toString('latin1', at, lineEnd < 0 ? piece.length : lineEnd)
      if (this.#line.length > LONGEST_LINE) return 'broken'
      if (lineEnd < 0) return 'more'
      at = lineEnd + 1
      const outcome = this.#endLine()
      if (outcome === 'end') return at
      if (outcome === 'broken') return 'broken'
    }
    return 'more'
  }

  #endLine(): 'on' | 'end' | 'broken' {
    const line = this.#line
    this.#line = ''
    if (!line.endsWith('\r')) return 'broken'
    const text = line.slice(0, -1)
    if (this.#in === 'trailers') {
      if (text === '') this.#in = 'size'
      return text === '' ? 'end' : 'on'
    }
    if (this.#in === 'after_data') {
      this.#in = 'size'
      return text === '' ? 'on' : 'broken'
    }
    const size = SIZE.exec(text)?.[1]
    if (size === undefined) return 'broken'
    this.#left = Number.parseInt(size, 16)
    this.#in = this.#left === 0 ? 'trailers' : 'data'
    return 'on'
  }
}
