import type { ProxyFault } from './fault-proxy.ts'

/** What a client must say of a failed call that was to change something at a vendor. */
export type Claim =
  /** Nothing happened there; the same call may succeed later. */
  | 'retryable'
  /** It may have happened: to be looked up before it is repeated. */
  | 'uncertain'
  /** Nothing happened, and the same call will not succeed. */
  | 'final'

const answers = (status: number, headers: Record<string, string> = {}): ProxyFault => ({ kind: 'answers', status, headers })

/** One way in which a call to a vendor can fail, with the one right claim; `happened` says whether the vendor carried it out. */
export interface VendorFault {
  name: string
  fault: ProxyFault | 'refused'
  claim: Claim
  happened: boolean
  retryAfterMs?: number
}

/** Every one. */
export const VENDOR_FAULTS: readonly VendorFault[] = [
  { name: 'a refused connection', fault: 'refused', claim: 'retryable', happened: false },
  { name: 'no answer in time', fault: { kind: 'hangs' }, claim: 'uncertain', happened: false },
  { name: 'an answer that comes too late', fault: { kind: 'late', ms: 3_000 }, claim: 'uncertain', happened: true },
  { name: 'a connection reset before the vendor saw the call', fault: { kind: 'reset' }, claim: 'uncertain', happened: false },
  { name: 'a connection reset after the vendor saw the call', fault: { kind: 'lost' }, claim: 'uncertain', happened: true },
  { name: 'an answer cut in the middle', fault: { kind: 'cut' }, claim: 'uncertain', happened: true },
  {
    name: '200 with something that is no JSON',
    fault: { kind: 'answers', status: 200, body: '<html>' },
    claim: 'uncertain',
    happened: false,
  },
  { name: '400', fault: answers(400), claim: 'final', happened: false },
  { name: '401', fault: answers(401), claim: 'retryable', happened: false },
  { name: '403', fault: answers(403), claim: 'retryable', happened: false },
  { name: '404', fault: answers(404), claim: 'retryable', happened: false },
  { name: '402', fault: answers(402), claim: 'retryable', happened: false },
  { name: '408', fault: answers(408), claim: 'uncertain', happened: false },
  { name: '409', fault: answers(409), claim: 'retryable', happened: false },
  { name: '413', fault: answers(413), claim: 'final', happened: false },
  { name: '422', fault: answers(422), claim: 'final', happened: false },
  { name: '429 without Retry-After', fault: answers(429), claim: 'retryable', happened: false },
  {
    name: '429 with Retry-After in seconds',
    fault: answers(429, { 'retry-after': '7' }),
    claim: 'retryable',
    happened: false,
    retryAfterMs: 7_000,
  },
  { name: '429 with an unreadable Retry-After', fault: answers(429, { 'retry-after': 'soon' }), claim: 'retryable', happened: false },
  { name: '500', fault: answers(500), claim: 'uncertain', happened: false },
  {
    name: '502 with a page of a proxy',
    fault: { kind: 'answers', status: 502, body: '<html>Bad Gateway</html>' },
    claim: 'uncertain',
    happened: false,
  },
  { name: '503 with Retry-After', fault: answers(503, { 'retry-after': '7' }), claim: 'uncertain', happened: false, retryAfterMs: 7_000 },
  { name: '504', fault: answers(504), claim: 'uncertain', happened: false },
]

/** Those of a receiver whose answer is not read, and of which only the status counts. */
export const RECEIVER_FAULTS = VENDOR_FAULTS.filter(({ name }) => !name.startsWith('200') && !name.startsWith('an answer cut'))
