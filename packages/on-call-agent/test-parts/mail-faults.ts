import type { Claim } from './vendor-faults.ts'

/** A refusal of a mail server, at the step at which it comes (RFC 5321, 4.2.1). */
export const MAIL_REFUSALS = [
  { at: 'onMailFrom', code: 421, claim: 'retryable', slow: false },
  { at: 'onMailFrom', code: 553, claim: 'final', slow: false },
  { at: 'onRcptTo', code: 450, claim: 'retryable', slow: false },
  { at: 'onRcptTo', code: 550, claim: 'final', slow: false },
  { at: 'onData', code: 451, claim: 'retryable', slow: false },
  { at: 'onData', code: 452, claim: 'retryable', slow: false },
  { at: 'onData', code: 554, claim: 'final', slow: false },
  { at: 'onAuth', code: 535, claim: 'retryable', slow: true },
] as const satisfies readonly { at: string; code: number; claim: Claim; slow: boolean }[]

/** A mail server that says nothing any more after this much of the conversation. */
export const MAIL_SILENCES: readonly { name: string; says: readonly string[]; claim: Claim }[] = [
  { name: 'a server that does not greet', says: [], claim: 'retryable' },
  { name: 'a server that greets and says no more', says: ['220 here'], claim: 'uncertain' },
]

/** A mail server that closes the connection after this much of the conversation. */
export const MAIL_CUTS: readonly { name: string; says: readonly string[]; claim: Claim }[] = [
  { name: 'a connection cut after the greeting', says: ['220 here'], claim: 'uncertain' },
  {
    name: 'a connection cut where the answer to the whole mail was due',
    says: ['220 here', '250 here', '250 ok', '250 ok', '354 go on'],
    claim: 'uncertain',
  },
]

export const NO_MAIL_SERVER = { name: 'a refused connection', claim: 'retryable' } as const
