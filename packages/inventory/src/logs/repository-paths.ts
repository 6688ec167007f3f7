import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** A V8 stack with file paths relative to the repository's root, as a reader of the repository needs them, and without the frames inside Node. */
export function tidyStack(stack: string, root = ROOT): string {
  return stack
    .replaceAll(`file://${root}`, '')
    .replaceAll(root, '')
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:/.test(line))
    .join('\n')
}
