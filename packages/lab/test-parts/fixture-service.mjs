// A service for the supervisor's tests: answers on PORT, ends when its standard input ends, and behaves as BEHAVIOUR says.
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { PORT, NAME, BEHAVIOUR = 'good', DIARY } = process.env
const note = (what) => DIARY && appendFileSync(DIARY, `${NAME} ${what} ${process.pid}\n`)
if (BEHAVIOUR === 'fails') {
  console.error('cannot open the pod bay doors')
  process.exit(7)
}
process.stdin.on('end', () => process.exit(0)).resume()
process.on('SIGTERM', () => {
  note('got TERM')
  if (BEHAVIOUR !== 'ignores TERM') process.exit(0)
})
createServer((request, response) => {
  response.end('ok')
  if (request.url === '/crash') process.exit(3)
}).listen(Number(PORT), '127.0.0.1', () => note('listens'))
