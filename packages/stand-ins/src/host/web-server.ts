// The web server of the machine, a process of its own: reads its configuration, answers one page, writes one line of log for each request.
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { sizeOf } from './disk.ts'

const { MACHINE_ROOT: root = '', MACHINE_QUOTA: quota = '0', MACHINE_CONFIGURATION: path = '' } = process.env
const inside = (file: string) => join(root, file)

function fail(message: string): never {
  process.stderr.write(`nginx: [emerg] ${message}\n`)
  process.exit(1)
}

/** `name value;` a line; whatever it does not know ends the start. */
function readConfiguration(): Record<string, string> {
  const known = ['listen', 'root', 'access_log']
  const settings: Record<string, string> = {}
  for (const [i, line] of readFileSync(inside(path), 'utf8').split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const written = line.trim()
    const [, name = '', value = ''] = /^(\S+) (.+);$/.exec(written) ?? fail(`unexpected end of line in ${path}:${i + 1}`)
    if (!known.includes(name)) fail(`unknown directive "${name}" in ${path}:${i + 1}`)
    settings[name] = value.trim()
  }
  return settings
}

const settings = readConfiguration()
const [host = '127.0.0.1', port = ''] = (settings.listen ?? '').split(':')

/** The disk of the machine is as large as its quota. */
function log(line: string): boolean {
  if (sizeOf(root) + line.length > Number(quota)) return false
  appendFileSync(inside(settings.access_log ?? '/dev/null'), line)
  return true
}

const server = createServer((request, response) => {
  const line = `${request.socket.remoteAddress} - [${new Date().toISOString()}] "${request.method} ${request.url?.slice(0, 200)}" 200\n`
  if (!log(line)) {
    process.stderr.write(`write() to "${settings.access_log}" failed (28: No space left on device)\n`)
    response.writeHead(500, { 'content-type': 'text/plain' }).end('500 Internal Server Error\n')
    return
  }
  response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(join(inside(settings.root ?? '/'), 'index.html')))
})
server.on('error', (error) => fail(`bind() to ${host}:${port} failed (${error.message})`))
server.listen(Number(port), host, () => process.stdout.write('ready\n'))

process.stdin.resume().on('end', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
