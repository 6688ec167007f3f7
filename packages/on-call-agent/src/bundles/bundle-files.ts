import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { Value } from 'typebox/value'
import { Bundle } from '../api.ts'

const RECORD = '.json'
const ARCHIVE = '.tar.gz'
const PARTIAL = '.partial'

/** A directory of bundles: beside each archive stands its record. Several agents may share it. */
export interface BundleFiles {
  archive(id: string): string
  /** A name that only this process uses, and that no reader takes for an archive. */
  partial(id: string): string
  /** Stores the record as a whole, and shows that somebody works on it. */
  save(bundle: Bundle): Promise<void>
  /** Shows that somebody still works on it. */
  touch(id: string): Promise<void>
  /** Newest first. */
  list(): Promise<Bundle[]>
  find(id: string): Promise<Bundle | undefined>
  /** Those in the making that nobody has worked on for so long. */
  abandoned(ms: number): Promise<Bundle[]>
  /** Removes all but the newest so many, and what a process that ended left half written. */
  tidy(kept: number, ms: number): Promise<void>
}

/** Makes the directory where there is none. @throws ConfigError */
export async function openBundleFiles(directory: string, mark: string): Promise<BundleFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new ConfigError(`BUNDLE_DIR=${directory} cannot be used: ${describeError(error)}`)
  })
  const record = (id: string) => join(directory, `${id}${RECORD}`)
  const archive = (id: string) => join(directory, `${id}${ARCHIVE}`)
  const partial = (id: string) => join(directory, `${id}.${mark}${PARTIAL}`)
  const age = async (path: string) => Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now())
  const find = async (id: string): Promise<Bundle | undefined> => {
    if (!/^[\w-]{1,120}$/.test(id)) return undefined
    const text = await readFile(record(id), 'utf8').catch(() => undefined)
    const read: unknown = text === undefined ? undefined : parse(text)
    return Value.Check(Bundle, read) ? read : undefined
  }
  const names = async (ending: string) => (await readdir(directory)).filter((name) => name.endsWith(ending))
  const list = async () => {
    const found = await Promise.all((await names(RECORD)).map((name) => find(name.slice(0, -RECORD.length))))
    return found.filter((each) => each !== undefined).sort((a, b) => (a.created_at < b.created_at ? 1 : -1))
  }
  return {
    archive,
    partial,
    async save(bundle) {
      const written = `${partial(bundle.id)}-record`
      await writeFile(written, JSON.stringify(bundle), { mode: 0o600, flush: true })
      await rename(written, record(bundle.id))
    },
    async touch(id) {
      const now = new Date()
      await utimes(record(id), now, now)
    },
    list,
    find,
    async abandoned(ms) {
      const running = (await list()).filter(({ status }) => status === 'running')
      const ages = await Promise.all(running.map(({ id }) => age(record(id))))
      return running.filter((_, i) => (ages[i] ?? 0) > ms)
    },
    async tidy(kept, ms) {
      const old = (await list()).filter(({ status }) => status !== 'running').slice(kept)
      for (const { id } of old) for (const path of [record(id), archive(id)]) await rm(path, { force: true })
      for (const name of (await readdir(directory)).filter((each) => each.includes(PARTIAL)))
        if ((await age(join(directory, name))) > ms) await rm(join(directory, name), { force: true })
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
