import { headerClass } from './header-class.ts'

const CR = 13
const LF = 10
/** A chunk's size is at most this many hexadecimal digits (4 GB), its extensions and all trailers at most this many bytes. */
const SIZE_DIGITS = 8
const IGNORED_BYTES = 16_384
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const EXTENSION = new RegExp(`^(?:${TOKEN}(?:=(?:${TOKEN}|"[\\t\\x20!#-\\x7e]*"))?;)+$`)
const TRAILER = new RegExp(`^(${TOKEN}):[\\t\\x20-\\x7e\\x80-\\xff]*$`)

/** Where the next byte of a chunked body belongs (RFC 9112 §7.1). */
type Expecting =
  | 'size'
  | 'extension'
  | 'size_lf'
  | 'data'
  | 'data_cr'
  | 'data_lf'
  | 'trailer'
  | 'trailer_line'
  | 'trailer_lf'
  | 'last_lf'
  | 'end'

/** Takes a chunked body apart. Extensions and trailers are checked and dropped: what is no extension or no field may be data to another reader. */
export class ChunkedDecoder {
  #expecting: Expecting = 'size'
  #size = 0
  #digits = 0
  #ignored = 0
  /** The extension or the trailer that is being read. */
  #line = ''

  get ended(): boolean {
    return this.#expecting === 'end'
  }

  /**
   * Reads from `at` to `end`, hands on what is data, and stops after the last byte of the body. Returns where it stopped, or -1 when this is no
   * chunked body.
   */
  read(bytes: Buffer, from: number, end: number, onData: (start: number, end: number) => void): number {
    let at = from
    while (at < end && this.#expecting !== 'end') {
      if (this.#expecting === 'data') {
        const stop = Math.min(end, at + this.#size)
        onData(at, stop)
        this.#size -= stop - at
        at = stop
        if (this.#size === 0) this.#expecting = 'data_cr'
      } else {
        if (!this.#step(bytes[at] ?? 0)) return -1
        at += 1
      }
    }
    return at
  }

  #step(byte: number): boolean {
    switch (this.#expecting) {
      case 'size':
        return this.#readSize(byte)
      case 'extension':
        return this.#ignore(byte, 'size_lf', isExtension)
      case 'size_lf':
        if (byte !== LF) return false
        this.#expecting = this.#size === 0 ? 'trailer' : 'data'
        return true
      case 'data_cr':
        return this.#expect(byte, CR, 'data_lf')
      case 'data_lf':
        this.#digits = 0
        return this.#expect(byte, LF, 'size')
      case 'trailer':
        if (byte === CR) return this.#expect(byte, CR, 'last_lf')
        this.#expecting = 'trailer_line'
        return this.#ignore(byte, 'trailer_lf', isTrailer)
      case 'trailer_line':
        return this.#ignore(byte, 'trailer_lf', isTrailer)
      case 'trailer_lf':
        return this.#expect(byte, LF, 'trailer')
      case 'last_lf':
        return this.#expect(byte, LF, 'end')
      default:
        return false
    }
  }

  #readSize(byte: number): boolean {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      this.#digits += 1
      this.#size = this.#digits === 1 ? digit : this.#size * 16 + digit
      return this.#digits <= SIZE_DIGITS
    }
    if (this.#digits === 0) return false
    if (byte === CR) this.#expecting = 'size_lf'
    else if (byte === 59)
      this.#expecting = 'extension' // ";"
    else return false
    return true
  }

  #expect(byte: number, wanted: number, next: Expecting): boolean {
    this.#expecting = next
    return byte === wanted
  }

  /** One byte of a line that is dropped if it is what it should be. */
  #ignore(byte: number, next: Expecting, isGood: (line: string) => boolean): boolean {
    this.#ignored += 1
    if (this.#ignored > IGNORED_BYTES) return false
    if (byte !== CR) {
      this.#line += String.fromCharCode(byte)
      return byte !== LF
    }
    const line = this.#line
    this.#line = ''
    this.#expecting = next
    return isGood(line)
  }
}

function isExtension(line: string): boolean {
  return EXTENSION.test(`${line};`)
}

/** A trailer cannot tell the framing (RFC 9110 §6.5.1). */
function isTrailer(line: string): boolean {
  const name = TRAILER.exec(line)?.[1]
  return name !== undefined && headerClass(name) !== 'content-length' && headerClass(name) !== 'transfer-encoding'
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
