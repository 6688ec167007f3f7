import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The packages that the shop is made of. */
export const SHOP_PACKAGES = ['packages/inventory', 'packages/service-kit'] as const

/** Of a package: its manifest and what runs, without its tests. */
export function readShopFiles(root: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  const read = (path: string) => files.set(path, readFileSync(join(root, path)))
  for (const folder of SHOP_PACKAGES) {
    read(`${folder}/package.json`)
    for (const entry of readdirSync(join(root, folder, 'src'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith('.test.ts')) continue
      read(join(entry.parentPath, entry.name).slice(root.length).replace(/^\//, ''))
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The lab's own switches inside the shop, which are in no repository of the shop's. */
export function isOfTheLab(path: string): boolean {
  return path.startsWith('packages/inventory/src/faults/')
}
