import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProgramSource } from './program.ts'

/** What is installed already. */
export const onPath: ProgramSource = {
  name: 'PATH',
  async find({ commands }, { searchPath }) {
    for (const candidate of searchPath.flatMap((directory) => commands.map((command) => join(directory, command)))) {
      if (await isExecutable(candidate)) return { kind: 'found', path: candidate }
    }
    return { kind: 'missing', reason: `no ${commands.join(' or ')} on PATH` }
  },
}

/** True for a file that we may run. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
