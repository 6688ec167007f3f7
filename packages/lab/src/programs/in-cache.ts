import { describeError } from '@oncall-lab/service-kit/errors'
import { demandTemplates, unpackedProgram } from './debian-packages.ts'
import { releasedProgram } from './official-release.ts'
import { isExecutable } from './on-path.ts'
import type { ProgramSource } from './program.ts'
import { placeWebPages } from './web-pages.ts'

/** What an earlier run fetched: the official release before Debian's package. */
export const inCache: ProgramSource = {
  name: 'the cache',
  async find(program, around) {
    const released = releasedProgram(program, around.cache)
    if (await isExecutable(released)) return { kind: 'found', path: released }
    const unpacked = unpackedProgram(program, around.cache)
    if (!(await isExecutable(unpacked))) return { kind: 'missing', reason: `nothing in ${around.cache} yet` }
    try {
      await demandTemplates(program, around)
      await placeWebPages(program, around)
      return { kind: 'found', path: unpacked }
    } catch (error) {
      return { kind: 'missing', reason: describeError(error) }
    }
  },
}
