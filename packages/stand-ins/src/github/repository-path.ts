/**
 * The path of a contents call in its plain form (`''` for the root), or undefined for one that names nothing inside a repository: absolute,
 * with an empty, `.` or `..` part, with a NUL or a backslash, or inside `.git`.
 */
export function repositoryPath(given: string): string | undefined {
  const path = given.replace(/\/$/, '')
  if (path === '') return ''
  if (/[\0\\]/.test(path)) return undefined
  return path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git') ? undefined : path
}

/** Can this be the name of a commit, branch or tag? Keeps revision expressions such as `HEAD~1`, `a..b` and options out. */
export function isPlainRef(ref: string): boolean {
  return /^[A-Za-z0-9_][\w./+-]{0,199}$/.test(ref) && !ref.includes('..') && !ref.endsWith('.lock')
}
