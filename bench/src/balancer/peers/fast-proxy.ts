import { createServer } from 'node:http'
import fastProxy from 'fast-proxy'

const [port, ...backends] = process.argv.slice(2)
const proxies = backends.map((base) => fastProxy({ base, undici: true }))
let turn = 0

createServer((request, response) => proxies[turn++ % proxies.length]?.proxy(request, response, request.url ?? '/', {})).listen(
  Number(port),
  '127.0.0.1',
)
