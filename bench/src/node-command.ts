import { fileURLToPath } from 'node:url'

/** The flags that the lab starts its processes with, the balancer apart. */
export const LAB_FLAGS = ['--max-semi-space-size=1']

/** Runs a TypeScript file (relative to the root of the repository) as the lab does; `flags` are Node's own. */
export function nodeCommand(
  path: string,
  { flags = [], args = [] }: { flags?: readonly string[]; args?: readonly string[] } = {},
): string[] {
  return [process.execPath, ...flags, fileURLToPath(new URL(`../../${path}`, import.meta.url)), ...args]
}
