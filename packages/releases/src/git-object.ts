import { createHash } from 'node:crypto'

/** Who made a commit, and when (RFC 3339, UTC). */
export interface Signature {
  name: string
  email: string
  date: string
}

interface CommitContent {
  tree: string
  parents: readonly string[]
  author: Signature
  committer: Signature
  message: string
}

type Folder = Map<string, Buffer | Folder>

/** The SHA-1 that git gives an object (`git hash-object`). */
export function objectSha(kind: 'blob' | 'tree' | 'commit', content: Buffer): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex')
}

/** The SHA-1 of each folder of these files, `''` for the whole tree. */
export function treeShas(files: ReadonlyMap<string, Buffer>): Map<string, string> {
  const root: Folder = new Map()
  for (const [path, content] of files) {
    const names = path.split('/')
    const name = names.pop() ?? ''
    let folder = root
    for (const each of names) {
      const inner = folder.get(each)
      const next: Folder = inner instanceof Map ? inner : new Map()
      folder.set(each, next)
      folder = next
    }
    folder.set(name, content)
  }
  const shas = new Map<string, string>()
  hashFolder(root, '', shas)
  return shas
}

/** Git orders the entries of a tree by their bytes, a folder as if its name ended with a slash (git-mktree(1)). */
function hashFolder(folder: Folder, path: string, shas: Map<string, string>): string {
  const entries = [...folder].map(([name, child]) => {
    const isFolder = child instanceof Map
    const sha = isFolder ? hashFolder(child, path === '' ? name : `${path}/${name}`, shas) : objectSha('blob', child)
    const bytes = Buffer.concat([Buffer.from(`${isFolder ? '40000' : '100644'} ${name}\0`), Buffer.from(sha, 'hex')])
    return { order: Buffer.from(isFolder ? `${name}/` : name), bytes }
  })
  entries.sort((a, b) => Buffer.compare(a.order, b.order))
  const sha = objectSha('tree', Buffer.concat(entries.map(({ bytes }) => bytes)))
  shas.set(path, sha)
  return sha
}

/** The SHA-1 of a commit as git writes it. */
export function commitSha({ tree, parents, author, committer, message }: CommitContent): string {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signatureLine(author)}`,
    `committer ${signatureLine(committer)}`,
  ]
  return objectSha('commit', Buffer.from(`${lines.join('\n')}\n\n${message}\n`))
}

function signatureLine({ name, email, date }: Signature): string {
  return `${name} <${email}> ${Date.parse(date) / 1_000} +0000`
}
