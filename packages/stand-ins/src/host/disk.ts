import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What its disk holds at most. */
export const QUOTA_BYTES = 24 * 1_048_576

/** Of a file, or of everything in a folder. */
export function sizeOf(real: string): number {
  const found = statSync(real, { throwIfNoEntry: false })
  if (!found?.isDirectory()) return found?.size ?? 0
  return readdirSync(real).reduce((sum, name) => sum + sizeOf(join(real, name)), 0)
}
