import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { startHost } from '../src/host/start-host.ts'

/** The machine in a folder of its own, on free ports; `lines` are those that clients sent, each told to `onLine` before it runs. */
export async function startTestHost(onLine: (line: string) => void = () => {}) {
  const directory = mkdtempSync(join(tmpdir(), 'lab-host-'))
  const lines: string[] = []
  const noteLine = (line: string) => {
    lines.push(line)
    onLine(line)
  }
  const host = await startHost({ directory, host: '127.0.0.1', sshPort: 0, webPort: await freePort(), onLine: noteLine })
  return {
    ...host,
    lines,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
