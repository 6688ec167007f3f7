// One of several writers: node write-lines.ts <path> <longest bytes> <name> <lines>
import { SharedLog } from '../src/logs/shared-log.ts'

const [path = '', longestBytes = '', name = '', lines = ''] = process.argv.slice(2)
using log = new SharedLog(path, Number(longestBytes))
for (let line = 0; line < Number(lines); line++) log.append(JSON.stringify({ name, line, filler: 'x'.repeat(80) }))
