import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** The folder of the built page, and of what it is built from. */
export interface PageFolders {
  root: string
}

/**
 * Builds the page when its sources changed since the last build, in a process of its own, so that the server keeps none of the builder's memory.
 * A built page without a builder (a container image) is used as it is.
 * @returns the folder to serve. @throws Error with the builder's words when it fails.
 */
export async function ensurePage({ root }: PageFolders): Promise<string> {
  const built = join(root, 'dist')
  const stamp = join(built, 'sources.sha256')
  const vite = findVite(root)
  if (!vite) {
    if (existsSync(join(built, 'index.html'))) return built
    throw new Error(`The page is not built, and vite is not installed: run pnpm install in ${root}`)
  }
  const sources = hashSources(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return built
  await runVite(vite, root)
  writeFileSync(stamp, sources)
  return built
}

function findVite(root: string): string | undefined {
  try {
    return join(createRequire(join(root, 'package.json')).resolve('vite/package.json'), '../bin/vite.js')
  } catch {
    return undefined
  }
}

/** Over names and contents, so that a renamed file counts too. */
function hashSources(root: string): string {
  const hash = createHash('sha256')
  const files = readdirSync(join(root, 'page'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = [
    ...files.map((entry) => join(entry.parentPath, entry.name)),
    join(root, 'package.json'),
    join(root, 'vite.config.ts'),
  ].sort()
  for (const path of paths) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

function runVite(vite: string, root: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let words = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (words = (words + chunk).slice(-4_000)))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`The page could not be built (vite ended with ${code}):\n${words}`)),
    )
  })
}
