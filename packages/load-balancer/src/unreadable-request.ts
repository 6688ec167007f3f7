import type { Problem } from './problem.ts'
import { MAX_TARGET_LENGTH } from './request/request-check.ts'

/** What Node's parser says about bytes that are no request; `rawPacket` are the last ones it saw. */
export interface ParseError extends Error {
  code?: string
  rawPacket?: Buffer
}

/** How to answer bytes that Node could not read as a request. */
export function explainUnreadable({ code = '', rawPacket, reason = '' }: ParseError & { reason?: string }): Problem {
  const problem = (status: number, name: string, detail: string): Problem => ({ status, code: name, detail, close: true })
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return targetIsTooLong(rawPacket)
        ? problem(414, 'target_too_long', `A request target has at most ${MAX_TARGET_LENGTH} characters here.`)
        : problem(431, 'header_too_large', 'The head of a request has at most 16384 bytes here.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem(413, 'chunk_extensions_too_large', 'The chunk extensions are too large.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem(408, 'request_timeout', 'The request did not come in time.')
    default:
      return problem(400, 'bad_request', `This is not HTTP/1.1: ${reason || code || 'it cannot be read'}.`)
  }
}

/** The request line alone fills what came. */
function targetIsTooLong(packet: Buffer | undefined): boolean {
  return packet !== undefined && !packet.subarray(0, MAX_TARGET_LENGTH).includes(10)
}
