import { describeError } from '@oncall-lab/service-kit/errors'
import type { HostReading } from '../../host-functions.ts'
import type { Ran } from './client.ts'
import { type Host, runForm } from './host.ts'
import { parseDisks, parseProcesses, parseService, parseSize, parseStatusLine } from './parse-output.ts'

/** A reading of a host, and what of it failed. */
export interface ReadHost {
  reading: HostReading
  errors: string[]
}

const MOST_PROCESSES = 8
const DIFFERENCE_CHARS = 600
/** sshd takes ten channels of one connection by default. */
const AT_ONCE = 4

/** Looks at all that the host's entry lists, over one connection. What fails is said in `errors`; when nothing can be read, the first failure is thrown. */
export async function readHost(host: Host, signal: AbortSignal): Promise<ReadHost> {
  const { services, urls = [], logs = [], caches = [], configurations = [] } = host.entry
  const errors: string[] = []
  const failures: unknown[] = []
  let read = 0
  const attempt = async <T>(form: string[], use: (ran: Ran) => T): Promise<T | undefined> => {
    try {
      const ran = await runForm(host, form, { signal })
      read += 1
      if (ran.timedOut) throw new Error('it did not end in time')
      return use(ran)
    } catch (error) {
      signal.throwIfAborted()
      failures.push(error)
      errors.push(`${form.join(' ')}: ${describeError(error)}`)
      return undefined
    }
  }
  const found = await inTurns(AT_ONCE, {
    services: services.map((service) => () => attempt(['systemctl', 'show', service], (ran) => parseService(service, ran))),
    disks: [() => attempt(['df'], parseDisks)],
    processes: [() => attempt(['ps'], (ran) => parseProcesses(ran).slice(0, MOST_PROCESSES))],
    files: [...logs.map(({ file }) => ({ file, kind: 'log' as const })), ...caches.map((file) => ({ file, kind: 'cache' as const }))].map(
      ({ file, kind }) =>
        () =>
          attempt(['du', file], (ran) => ({ path: file, kind, kilobytes: parseSize(ran) })),
    ),
    pages: urls.map((url) => () => attempt(['curl', url], (ran) => ({ url, ...parseStatusLine(ran) }))),
    configurations: configurations.map(
      ({ file, service }) =>
        () =>
          attempt(['diff', file], (ran) => toDifference(file, service, ran)),
    ),
  })
  if (read === 0 && failures.length > 0) throw failures[0]
  return {
    reading: {
      host: host.name,
      services: present(found.services),
      disks: present(found.disks).flat(),
      processes: present(found.processes).flat(),
      files: present(found.files),
      pages: present(found.pages),
      configurations: present(found.configurations),
    },
    errors,
  }
}

/** `diff` ends with 0 when there is none, with 1 when there is one. @throws Error otherwise */
function toDifference(file: string, service: string, { exitCode, stdout, stderr }: Ran) {
  if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr.trim() || `it ended with ${exitCode}`)
  return { file, service, differs: exitCode === 1, difference: stdout.slice(0, DIFFERENCE_CHARS) }
}

const present = <T>(all: (T | undefined)[]): T[] => all.filter((each) => each !== undefined)

type Work<T> = () => Promise<T>
type Lists = Record<string, Work<unknown>[]>
type Results<L extends Lists> = { [K in keyof L]: L[K] extends Work<infer T>[] ? T[] : never }

/** All works of all lists, so many at a time; each list's results in its order. */
async function inTurns<L extends Lists>(atOnce: number, lists: L): Promise<Results<L>> {
  const results = Object.fromEntries(Object.keys(lists).map((name) => [name, [] as unknown[]]))
  const waiting = Object.entries(lists).flatMap(([name, works]) =>
    works.map((work, i) => async () => {
      const list = results[name]
      if (list) list[i] = await work()
    }),
  )
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next()
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results as Results<L> // Each list holds what its works gave.
}
