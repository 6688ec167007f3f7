/** Bounds on what one request may take, all in ms and bytes unless said otherwise. */
export interface Limits {
  /** To a connection with a backend. */
  connectTimeoutMs: number
  /** Between the end of a request and the head of its answer, and between two parts of the answer. */
  readTimeoutMs: number
  /** From a request's head to the end of its answer. */
  totalTimeoutMs: number
  /** For the head of a request, for 240 bytes a second of its body, and without progress in reading an answer. */
  callerTimeoutMs: number
  /** Connections of callers; more are closed unanswered. */
  maxConnections: number
}

/** Bodies of a declared length up to this are read as a whole before a backend is bothered with them, and can then be sent again. */
export const WHOLE_BODY_BYTES = 64 * 1024
/** How long an answered request's unread body is still taken off the wire, so that its sender gets to read the answer (RFC 9112 §9.6). */
export const LINGER_MS = 2_000
/** Pipelined requests that wait on one connection for the one before. */
export const WAITING_AT_MOST = 100
