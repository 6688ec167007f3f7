import replyFrom from '@fastify/reply-from'
import fastify from 'fastify'

const [port, ...backends] = process.argv.slice(2)

const app = fastify()
// Two addresses make it use undici's BalancedPool.
app.register(replyFrom, { base: backends })
app.all('/*', (request, reply) => reply.from(request.url))
await app.listen({ port: Number(port), host: '127.0.0.1' })
