import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@oncall-lab/test-kit/free-port'
import { startHost } from '../src/host/start-host.ts'

/** The machine in a folder of its own, on free ports; `lines` are those that clients sent. */
export async function startTestHost() {
  const directory = mkdtempSync(join(tmpdir(), 'lab-host-'))
  const lines: string[] = []
  const host = await startHost({ directory, host: '127.0.0.1', sshPort: 0, webPort: await freePort(), onLine: (line) => lines.push(line) })
  return {
    ...host,
    lines,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
