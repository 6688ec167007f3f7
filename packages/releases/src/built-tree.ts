import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Release } from './history.ts'
import { SHOP_PACKAGES } from './shop-files.ts'

interface TreePlace {
  /** The repository, whose libraries the tree uses. */
  root: string
  /** Where trees are kept. */
  directory: string
}

/**
 * The folder in which this release lies as a repository of its own, built on its first use: its files, and links to the installed libraries. The folder's
 * name tells its content, so a tree is used again and a changed source gets another one.
 */
export function buildTree({ release, runs }: Release, { root, directory }: TreePlace): string {
  if (!runs) return root
  const place = join(directory, `${release}-${digest(runs, root)}`)
  if (existsSync(place)) return place
  const draft = `${place}.${process.pid}.new`
  rmSync(draft, { recursive: true, force: true })
  try {
    for (const [path, content] of runs) {
      mkdirSync(dirname(join(draft, path)), { recursive: true })
      writeFileSync(join(draft, path), content)
    }
    for (const folder of SHOP_PACKAGES) linkLibraries(root, draft, folder)
    renameSync(draft, place)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Somebody else has built it meanwhile.
    if (existsSync(place)) return place
    throw error
  }
  return place
}

/** The installed libraries belong to it: a tree with links into another installation is another tree. */
function digest(files: ReadonlyMap<string, Buffer>, root: string): string {
  const hash = createHash('sha256').update(root)
  for (const [path, content] of files) hash.update(`\0${path}\0${content.length}\0`).update(content)
  return hash.digest('hex').slice(0, 12)
}

/** As pnpm links them, except that the shop's own packages are those of the tree. */
function linkLibraries(root: string, tree: string, folder: string): void {
  const installed = join(root, folder, 'node_modules')
  if (!existsSync(installed)) return
  for (const name of readdirSync(installed).flatMap((each) => librariesIn(installed, each))) {
    const link = join(tree, folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    const target = realpathSync(join(installed, name))
    const own = relative(realpathSync(root), target)
    const isOwn = SHOP_PACKAGES.some((each) => each === own)
    symlinkSync(isOwn ? relative(dirname(link), join(tree, own)) : target, link)
  }
}

function librariesIn(installed: string, name: string): string[] {
  if (name.startsWith('.')) return []
  return name.startsWith('@') ? readdirSync(join(installed, name)).map((each) => `${name}/${each}`) : [name]
}
