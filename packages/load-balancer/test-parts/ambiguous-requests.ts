import { CODINGS, lengths, ORDERS } from './ambiguous-framings.ts'

/** A request as bytes (one character each) whose end readers may see in different places, and a second one that some of them find in it. */
export interface AmbiguousRequest {
  /** Part of its targets. */
  id: number
  bytes: string
}

const hidden = (id: number) => `GET /hidden-${id} HTTP/1.1\r\nHost: a\r\n\r\n`
const bodyOf = (id: number) => `0\r\n\r\n${hidden(id)}`

const CHUNKED_BODIES = [
  '5\r\nhello\r\n0\r\n\r\n',
  '5;x=y\r\nhello\r\n0\r\n\r\n',
  '5;\r\nhello\r\n0\r\n\r\n',
  '5;x\nhello\r\n0\r\n\r\n',
  '5 \r\nhello\r\n0\r\n\r\n',
  ' 5\r\nhello\r\n0\r\n\r\n',
  '+5\r\nhello\r\n0\r\n\r\n',
  '-5\r\nhello\r\n0\r\n\r\n',
  '0x5\r\nhello\r\n0\r\n\r\n',
  '5_\r\nhello\r\n0\r\n\r\n',
  '\r\n5\r\nhello\r\n0\r\n\r\n',
  '5\nhello\r\n0\r\n\r\n',
  '5\rhello\r\n0\r\n\r\n',
  '5\r\nhello\n0\r\n\r\n',
  '5\r\nhello0\r\n\r\n',
  '5\r\nhello!\r\n0\r\n\r\n',
  '5\r\nhello\r\n0\n\n',
  '5\r\nhello\r\n0\r\n\n',
  '5\r\nhello\r\n00000\r\n\r\n',
  '5\r\nhello\r\n0\r\nX: y\r\n\r\n',
  '5\r\nhello\r\n0\r\nX: y\n\r\n',
  '5\r\nhello\r\n0\r\nX : y\r\n\r\n',
  '5\r\nhello\r\n0\r\nContent-Length: 99\r\n\r\n',
  '5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n',
  'FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n',
  '100000000\r\nhello\r\n0\r\n\r\n',
  '5\r\nhello\r\n',
]

const HEADS = [
  (target: string) => `POST ${target} HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n`,
  (target: string) => `POST ${target} HTTP/1.0\r\nContent-Length: 5\r\n\r\n`,
  (target: string) => `GET ${target}\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\nHost: a\n\n`,
  (target: string) => `GET  ${target} HTTP/1.1\r\nHost: a\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1 \r\nHost: a\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\r\n Host: a\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\nX: y\r\n\rz: 1\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\nX: y\r\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\nX\r\n\r\n`,
  (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n`,
  ...['GET', 'HEAD', 'DELETE', 'OPTIONS'].map(
    (method) => (target: string) => `${method} ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n`,
  ),
]

/** All of them; the targets of each end in its place in the list: `/first-7`, `/hidden-7`, and `/last-7` of a plain request behind it. */
export function ambiguousRequests(): AmbiguousRequest[] {
  const post = (fields: string) => (id: number) => `POST /first-${id} HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${bodyOf(id)}`
  const framings = [...lengths(bodyOf(1_000).length), ...CODINGS]
  const makers = [
    ...framings.flatMap((one) => framings.map((two) => post(`${one}\r\n${two}`))),
    ...framings.flatMap((one) =>
      ORDERS.flatMap((order) => [post(order ? `${one}\r\n${order}` : one), post(order ? `${order}\r\n${one}` : one)]),
    ),
    ...CHUNKED_BODIES.map(
      (body) => (id: number) => `POST /first-${id} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}${hidden(id)}`,
    ),
    ...HEADS.flatMap((head) => [bodyOf, hidden].map((rest) => (id: number) => head(`/first-${id}`) + rest(id))),
  ]
  // Four digits throughout, so that the declared lengths fit.
  return makers.map((make, index) => {
    const id = 1_000 + index
    const bytes = `${make(id)}GET /last-${id} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
    return { id, bytes }
  })
}
