import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
/** The libraries may be installed elsewhere than this file lies. */
const INSTALLATION = createRequire(import.meta.url)
  .resolve('fastify')
  .replace(/node_modules\/.*$/, '')

/** A V8 stack with file paths relative to the repository's root, as a reader of the repository needs them, and without the frames inside Node. */
export function tidyStack(stack: string, root = ROOT): string {
  return stack
    .replaceAll(`file://${root}`, '')
    .replaceAll(root, '')
    .replaceAll(`file://${INSTALLATION}node_modules/`, 'node_modules/')
    .replaceAll(`${INSTALLATION}node_modules/`, 'node_modules/')
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:/.test(line))
    .join('\n')
}
