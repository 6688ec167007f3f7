import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Commit, SourceTree, TreeEntry } from './source-tree.ts'

/** Without git nobody says which files belong to the repository, so only what is source by its name counts. */
const EXTENSIONS = new Set('.ts .tsx .js .mjs .cjs .json .yaml .yml .md .html .css .sql .sh .toml .svg'.split(' '))
const NAMES = new Set(['Dockerfile', 'LICENSE', '.gitignore', '.dockerignore', '.env.example'])
const SKIPPED_FOLDERS = new Set(['node_modules', 'data', 'logs', 'targets', 'dist', 'coverage'])
const LARGEST_BYTES = 5 * 1_048_576

/**
 * The files below `root` as they are now, kept in memory; the only commit is that tree, under the names `HEAD`, `main`, its SHA and `ref`.
 * Symbolic links, hidden folders, build products and files that are not source by their name are not in it.
 */
export async function openDiskSourceTree(root: string, ref: string | undefined, nowMs: number): Promise<SourceTree> {
  const files = await readFiles(root)
  const folders = foldersOf(files)
  const treeSha = gitSha('tree', Buffer.from([...files].map(([path, { entry }]) => `${entry.sha} ${path}\n`).join('')))
  const person = { name: 'oncall-lab', email: 'oncall-lab@users.noreply.github.com', date: new Date(nowMs).toISOString() }
  const sha = ref && /^[\da-f]{40}$/.test(ref) ? ref : treeSha
  const commit: Commit = { sha, treeSha, parents: [], message: 'The files as they run', author: person, committer: person }
  const entries = [...[...files.values()].map(({ entry }) => entry), ...folders]

  return {
    origin: 'disk',
    defaultBranch: 'main',
    commit: async (wanted) => (wanted === undefined || ['HEAD', 'main', sha, ref].includes(wanted) ? commit : undefined),
    entry: async (_commit, path) => entries.find((entry) => entry.path === path),
    list: async (_commit, path) =>
      entries
        .filter((entry) => entry.path !== '' && (dirname(entry.path) === '.' ? '' : dirname(entry.path)) === path)
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    async read({ path }) {
      const file = files.get(path)
      if (!file) throw new Error(`${path} is not in the tree`)
      return file.content
    },
    log: async (_commit, { path, skip, limit }) =>
      skip === 0 && limit > 0 && (!path || entries.some((entry) => entry.path === path)) ? [commit] : [],
    changes: async () => [],
    refs: async () => [{ kind: 'branch', name: 'main', sha }],
    blob: async (wanted) => [...files.values()].find(({ entry }) => entry.sha === wanted)?.content,
  }
}

async function readFiles(root: string): Promise<Map<string, { entry: TreeEntry; content: Buffer }>> {
  const files = new Map<string, { entry: TreeEntry; content: Buffer }>()
  async function walk(folder: string): Promise<void> {
    for (const found of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? found.name : `${folder}/${found.name}`
      if (found.isDirectory() && !SKIPPED_FOLDERS.has(found.name) && !found.name.startsWith('.')) await walk(path)
      if (!found.isFile() || !isSource(path) || (await lstat(join(root, path))).size > LARGEST_BYTES) continue
      const content = await readFile(join(root, path))
      files.set(path, { content, entry: { type: 'file', path, sha: gitSha('blob', content), size: content.length } })
    }
  }
  await walk('')
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isSource(path: string): boolean {
  const name = basename(path)
  return NAMES.has(name) || (!name.startsWith('.') && EXTENSIONS.has(extname(name)))
}

function foldersOf(files: Map<string, unknown>): TreeEntry[] {
  const paths = new Set<string>()
  for (const path of files.keys()) for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) paths.add(folder)
  return [...paths].map((path) => ({ type: 'dir', path, sha: gitSha('tree', Buffer.from(path)), size: 0 }))
}

/** The SHA-1 that git gives an object (`git hash-object`). */
function gitSha(kind: 'blob' | 'tree', content: Buffer): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex')
}
