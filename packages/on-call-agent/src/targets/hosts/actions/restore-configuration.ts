import type { Host } from '../host.ts'
import { change, defineRemedy, ok, reads, refuse } from './remedy.ts'
import { isStartedAnew, type RanBefore, ranBefore } from './restart-service.ts'

const DIFFERENCE_CHARS = 300
const serviceOf = ({ entry }: Host, file: string) => entry.configurations?.find((each) => each.file === file)?.service ?? ''

/** Puts a configuration's saved copy in its place and restarts its service; what was there is kept beside it, and can be put back. */
export const restoreConfiguration = defineRemedy<RanBefore>({
  takes: 'a configuration file',
  says: (file, host) => `Restores the saved copy of ${file} on ${host} and restarts its service.`,
  async check(host, file, signal) {
    const known = host.entry.configurations?.find((each) => each.file === file)
    if (!known) return refuse('not_listed', `${file} is no configuration that is listed for ${host.name}`)
    const difference = await reads.difference(host, file, signal)
    if (difference === '') return refuse('nothing_to_do', `${file} is the same as its saved copy`)
    return ok(
      `On ${host.name} this would run: cp ${file} ${file}.oncall, cp ${known.saved} ${file}, systemctl restart ${known.service}. What goes: ${difference.slice(0, DIFFERENCE_CHARS)}`,
    )
  },
  before: (host, file, signal) => ranBefore(host, serviceOf(host, file), signal),
  async run(host, file, signal) {
    await change(host, ['keep', file], signal)
    await change(host, ['restore', file], signal)
    await change(host, ['systemctl', 'restart', serviceOf(host, file)], signal)
    return `${file} is its saved copy again on ${host.name}, and ${serviceOf(host, file)} was restarted`
  },
  async readOutcome(host, file, before, signal) {
    if ((await reads.difference(host, file, signal)) !== '') return { kind: 'not_done' }
    return isStartedAnew(host, serviceOf(host, file), before, signal)
  },
  async undo(host, file, _before, signal) {
    await change(host, ['put', 'back', file], signal)
    await change(host, ['systemctl', 'restart', serviceOf(host, file)], signal)
    return `${file} is as it was before on ${host.name}`
  },
})
