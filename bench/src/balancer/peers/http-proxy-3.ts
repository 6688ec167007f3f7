import { Agent, createServer } from 'node:http'
import { createProxyServer } from 'http-proxy-3'

const [port, ...backends] = process.argv.slice(2)
const proxy = createProxyServer({ agent: new Agent({ keepAlive: true }), xfwd: true })
let turn = 0

proxy.on('error', (_error, _request, response) => response.destroy())
createServer((request, response) => {
  const target = backends[turn++ % backends.length] ?? ''
  void proxy.web(request, response, { target })
}).listen(Number(port), '127.0.0.1')
