// A process that supervises fixture services, so that a test can kill it: arguments are the logs' directory, the diary and the ports.
import { fileURLToPath } from 'node:url'
import { createSupervisor } from '../src/supervisor.ts'
import { fixturePart } from './fixture-part.ts'

const [logs = '', diary = '', ...ports] = process.argv.slice(2)
const parts = ports.map((port, index) => fixturePart({ name: `p${index}`, port: Number(port), diary }))
const supervisor = createSupervisor(parts, {
  cwd: fileURLToPath(new URL('.', import.meta.url)),
  logs,
  say: () => undefined,
  onChange: () => undefined,
})
await supervisor.start(new AbortController().signal)
console.log('ready')
