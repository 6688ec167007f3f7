import { expect, test } from 'vitest'
import { readStrictly } from './read-strictly.ts'

const GET = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n'
const post = (fields: string, body: string) => `POST /p HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`

test.each([
  [GET + GET, ['GET /a', 'GET /a'], 'clean'],
  [post('Content-Length: 2', `hi${GET}`), ['POST /p hi', 'GET /a'], 'clean'],
  [post('Transfer-Encoding: chunked', `2;x=y\r\nhi\r\n0\r\nX: y\r\n\r\n${GET}`), ['POST /p hi', 'GET /a'], 'clean'],
  [GET + post('Content-Length: 3', 'hi'), ['GET /a'], 'incomplete'],
  [GET.slice(0, -1), [], 'incomplete'],
  [post('Content-Length: 5\r\nTransfer-Encoding: chunked', `0\r\n\r\n${GET}`), [], 'invalid'],
  [post('Content-Length: 2\r\nContent-Length: 2', 'hi'), [], 'invalid'],
  [post('Transfer-Encoding: gzip, chunked', '0\r\n\r\n'), [], 'invalid'],
  [post('Transfer-Encoding: chunked', '2\nhi\r\n0\r\n\r\n'), [], 'invalid'],
  [`GET /a HTTP/1.1\nHost: a\n\n`, [], 'invalid'],
  ['GET /a HTTP/1.1\r\nHost: a\r\nX:\r\n y\r\n\r\n', [], 'invalid'],
  ['GET /a HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n', [], 'invalid'],
  ['GET /a HTTP/1.1\r\n\r\n', [], 'invalid'],
])('%j is read as %j and ends %s', (bytes, requests, end) => {
  expect(readStrictly(bytes)).toEqual({ requests, end })
})
