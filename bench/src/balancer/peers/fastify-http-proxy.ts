import proxy from '@fastify/http-proxy'
import fastify from 'fastify'

const [port, ...backends] = process.argv.slice(2)
let turn = 0

const app = fastify()
app.register(proxy, {
  upstream: '',
  replyOptions: { getUpstream: () => backends[turn++ % backends.length] ?? '' },
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
