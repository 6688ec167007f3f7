import type { HostEntry } from '../settings.ts'
import { change, defineRemedy, ok, type Remedy, reads, refuse } from './remedy.ts'

interface Freeing {
  takes: string
  says(file: string, host: string): string
  /** The form that does it, undefined where the entry does not list the file for it. */
  form(file: string, entry: HostEntry): string[] | undefined
  /** As a person would type it. */
  typed(file: string, entry: HostEntry): string
}

function freeing({ takes, says, form, typed }: Freeing): Remedy {
  return defineRemedy<{ kilobytes: number }>({
    takes,
    says,
    async check(host, file, signal) {
      if (!form(file, host.entry)) return refuse('not_listed', `${file} is nothing that is listed for ${host.name} to be made smaller`)
      const kilobytes = await reads.kilobytes(host, file, signal)
      if (kilobytes < SMALL_KILOBYTES) return refuse('nothing_to_do', `${file} holds ${kilobytes} KB only`)
      return ok(`On ${host.name} this would run: ${typed(file, host.entry)}. ${file} holds ${kilobytes} KB now.`)
    },
    before: async (host, file, signal) => ({ kilobytes: await reads.kilobytes(host, file, signal) }),
    async run(host, file, signal) {
      await change(host, form(file, host.entry) ?? [], signal)
      return `${typed(file, host.entry)} ended well on ${host.name}`
    },
    async readOutcome(host, file, before, signal) {
      const kilobytes = await reads.kilobytes(host, file, signal)
      if (kilobytes >= before.kilobytes) return { kind: 'not_done' }
      return { kind: 'done', output: `${file} holds ${kilobytes} KB instead of ${before.kilobytes} KB` }
    },
  })
}

const SMALL_KILOBYTES = 16
const rotationOf = (file: string, { logs = [] }: HostEntry) => logs.find((log) => log.file === file)?.rotate

/** `logrotate --force` with the configuration that belongs to a listed log. What was in it stays, compressed. */
export const rotateLog = freeing({
  takes: 'a log',
  says: (file, host) => `Rotates the log ${file} on ${host}.`,
  form: (file, entry) => {
    const rotation = rotationOf(file, entry)
    return rotation ? ['logrotate', rotation] : undefined
  },
  typed: (file, entry) => `logrotate --force ${rotationOf(file, entry)}`,
})

/** Deletes what is in a listed cache folder; the folder stays. */
export const clearCache = freeing({
  takes: 'a cache folder',
  says: (file, host) => `Deletes everything in the cache folder ${file} on ${host}.`,
  form: (file, { caches = [] }) => (caches.includes(file) ? ['clear', file] : undefined),
  typed: (file) => `find ${file} -xdev -mindepth 1 -delete`,
})
