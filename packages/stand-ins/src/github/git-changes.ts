import type { Git } from './git.ts'
import type { ChangedFile } from './source-tree.ts'

const DIFF = ['diff-tree', '--no-commit-id', '--root', '-r', '-m', '--first-parent', '-M', '-z']
const STATUSES: Record<string, ChangedFile['status']> = { A: 'added', D: 'removed', R: 'renamed' }
/** GitHub leaves the patch out where it is too long. */
const LONGEST_PATCH = 100_000

/** What a commit changed against its first parent, with patches; a moved file counts as renamed. */
export async function readChanges(git: Git, sha: string): Promise<ChangedFile[]> {
  const raw = (await git(...DIFF, '--raw', '--abbrev=40', sha)).toString('utf8').split('\0')
  const files: ChangedFile[] = []
  for (let at = 0; at < raw.length; ) {
    const [, , before = '', after = '', letter = ''] = (raw[at] ?? '').split(' ')
    const [first = '', second = ''] = [raw[at + 1], raw[at + 2]]
    if (letter === '') break
    const isMoved = letter.startsWith('R')
    const status = STATUSES[letter.slice(0, 1)] ?? 'modified'
    files.push({
      path: isMoved ? second : first,
      status,
      sha: status === 'removed' ? before : after,
      ...(isMoved && { previousPath: first }),
      additions: 0,
      deletions: 0,
    })
    at += isMoved ? 3 : 2
  }
  return addPatches(files, (await git(...DIFF.filter((each) => each !== '-z'), '--patch', sha)).toString('utf8'))
}

/** Git writes the patches in the order of the files. */
function addPatches(files: ChangedFile[], text: string): ChangedFile[] {
  const parts = text.split(/^diff --git .*\n/m).slice(1)
  return files.map((file, at) => {
    const part = parts[at] ?? ''
    const start = part.search(/^@@ /m)
    if (start < 0) return file
    const patch = part.slice(start).replace(/\n$/, '')
    const lines = patch.split('\n')
    const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length
    return { ...file, additions: count('+'), deletions: count('-'), ...(patch.length <= LONGEST_PATCH && { patch }) }
  })
}
