import { createServer } from 'node:http'
import { ANSWER } from '../balancer/backend-answer.ts'
import { WATCH_PATH, type Watched } from './watch-server.ts'

// A server that keeps book of what comes. Arguments: port; after how many milliseconds from its first request it stalls (0: never), and for how long.

const [port = 0, stallAfterMs = 0, stallMs = 0] = process.argv.slice(2).map(Number)
const item = Buffer.from(ANSWER)
const page = Buffer.from(`{"items":[${ANSWER}],"next":null}`)
const isPage = (url: string) => url === '/items' || url.startsWith('/items?')
let seen: Watched = { requests: 0, first_at_ms: 0, last_at_ms: 0, stall: null }

createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
  const now = performance.now()
  if (request.url?.startsWith(WATCH_PATH)) {
    response.end(JSON.stringify(seen))
    if (request.method === 'DELETE') seen = { requests: 0, first_at_ms: 0, last_at_ms: 0, stall: null }
    return
  }
  if (seen.requests === 0) {
    seen.first_at_ms = now
    if (stallAfterMs > 0) setTimeout(stall, stallAfterMs)
  }
  seen.requests += 1
  seen.last_at_ms = now
  request.resume()
  const body = isPage(request.url ?? '') ? page : item
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}).listen(port, '127.0.0.1')

/** Stops the world, as a long pause of garbage collection or a synchronous call would. */
function stall(): void {
  const begun = performance.now()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs)
  seen.stall = { begun_at_ms: begun, ended_at_ms: performance.now() }
}
