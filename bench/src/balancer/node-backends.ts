import { createServer } from 'node:http'
import { ANSWER } from './backend-answer.ts'

// Where no nginx is: the two backends in one Node process, on the ports given as arguments.
const body = Buffer.from(ANSWER)
const headers = { 'content-type': 'application/json', 'content-length': body.length }
for (const port of process.argv.slice(2).map(Number)) {
  createServer({ keepAliveTimeout: 0 }, (_request, response) => response.writeHead(200, headers).end(body)).listen(port, '127.0.0.1')
}
