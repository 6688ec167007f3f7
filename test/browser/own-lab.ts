import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const command = (args: string[]) => promisify(execFile)(`${root}lab`, args, { cwd: root, maxBuffer: 20_000_000 })

/** A lab on ports of its own, brought up and taken down as a person does it. */
export interface OwnLab extends AsyncDisposable {
  /** The address of a part by its port at offset 0. */
  url(port: number): string
  /** `./lab status --json` is for programs; the pid of a part that runs. */
  pidOf(part: string): Promise<number>
}

/** Customers come at a rate that every guard of the rules accepts. */
export async function startOwnLab(offset: number): Promise<OwnLab> {
  const flags = ['--port-offset', String(offset)]
  // What an earlier run left would be known incidents.
  rmSync(join(root, '.lab', String(offset)), { recursive: true, force: true })
  await command(['up', '--detach', ...flags])
  return {
    url: (port) => `http://127.0.0.1:${port + offset}`,
    async pidOf(part) {
      const { stdout } = await command(['status', '--json', ...flags])
      const status = JSON.parse(stdout) as { parts: { part: string; pid: number | null }[] }
      const pid = status.parts.find((row) => row.part === part)?.pid
      if (!pid) throw new Error(`${part} does not run`)
      return pid
    },
    [Symbol.asyncDispose]: async () => {
      await command(['down', ...flags])
    },
  }
}
