import type { Lab } from './lab.ts'

/** The command that a person types for this lab: `./lab fault none`, with the port offset where the environment does not give it. */
export function commandFor({ book, env }: Pick<Lab, 'book' | 'env'>, command: string): string {
  const isGiven = book.offset === Number(env.LAB_PORT_OFFSET || 0)
  return `./lab ${command}${isGiven ? '' : ` --port-offset ${book.offset}`}`
}
