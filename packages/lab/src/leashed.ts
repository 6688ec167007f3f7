import { fileURLToPath } from 'node:url'

/** A program that does not watch its standard input, held by the script that does. */
export function leashed(program: string, args: string[]): [string, ...string[]] {
  return ['/bin/sh', fileURLToPath(new URL('leash.sh', import.meta.url)), program, ...args]
}
