import type { Signature } from './git-object.ts'

/** A part of a file that a patch changes; its lines keep their first character (` `, `-` or `+`). */
export interface Hunk {
  /** First line in the file before and after, from 1. */
  oldStart: number
  newStart: number
  lines: string[]
}

/** What a patch does to one file. */
export interface FilePatch {
  path: string
  status: 'added' | 'modified' | 'removed'
  hunks: Hunk[]
}

/** One commit, as `git format-patch` writes it. */
export interface PatchFile {
  author: Signature
  message: string
  files: FilePatch[]
}

/** Reads one file of `git format-patch`. @throws Error for what is none. */
export function parsePatchFile(text: string): PatchFile {
  const [head = '', ...diffs] = text.split(/^diff --git .*\n/m)
  const header = (name: string) => new RegExp(`^${name}: (.+(?:\\n .+)*)`, 'm').exec(head)?.[1]?.replaceAll('\n', '')
  const [, name, email] = /^([^<]+) <([^<>]+)>$/.exec(header('From') ?? '') ?? []
  const date = Date.parse(header('Date') ?? '')
  const subject = header('Subject')?.replace(/^\[PATCH[^\]]*\] /, '')
  if (!name || !email || !subject || Number.isNaN(date)) throw new Error('it has no From, Date or Subject')
  const body = (head.split(/\n\n/).slice(1).join('\n\n').split(/^---$/m)[0] ?? '').trim()
  const author = { name, email, date: new Date(date).toISOString().replace('.000Z', 'Z') }
  return { author, message: body ? `${subject}\n\n${body}` : subject, files: diffs.map(parseDiff) }
}

function parseDiff(text: string): FilePatch {
  const before = /^--- (?:a\/)?(.+)$/m.exec(text)?.[1]
  const after = /^\+\+\+ (?:b\/)?(.+)$/m.exec(text)?.[1]
  if (!before || !after) throw new Error('it has a part without the names of its file')
  const status = before === '/dev/null' ? 'added' : after === '/dev/null' ? 'removed' : 'modified'
  const hunks = [...text.matchAll(/^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@.*\n((?:[ +-].*\n?)*)/gm)].map(([, old, fresh, body = '']) => ({
    oldStart: Number(old),
    newStart: Number(fresh),
    // The signature of format-patch, `-- ` and a version, is no line of it.
    lines: body
      .replace(/^-- \n[\s\S]*$/m, '')
      .replace(/\n$/, '')
      .split('\n'),
  }))
  return { path: status === 'removed' ? before : after, status, hunks }
}
