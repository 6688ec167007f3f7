import type { Git } from './git.ts'
import { readChanges } from './git-changes.ts'
import type { Commit, LogFilter, NamedRef, SourceTree, TreeEntry } from './source-tree.ts'

const FORMAT = '--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x00%x01'
const KINDS: Record<string, TreeEntry['type']> = { '120000': 'symlink', '160000': 'submodule', '040000': 'dir' }

/**
 * The repository out of git's objects. The commit that runs is fixed here, at the start: `HEAD`, the default branch and a call without a ref
 * mean that commit, whatever is committed later.
 * @throws when there is no repository or no such commit.
 */
export async function openGitSourceTree(git: Git, ref = 'HEAD'): Promise<SourceTree> {
  const [running] = await readCommits(git, ['-1', await resolve(git, ref)])
  if (!running) throw new Error(`git knows no commit ${ref}`)
  const defaultBranch = (await git('symbolic-ref', '--quiet', '--short', 'HEAD').catch(() => 'main')).toString().trim()

  return {
    origin: 'git',
    defaultBranch,
    async commit(wanted) {
      if (wanted === undefined || wanted === 'HEAD' || wanted === defaultBranch || wanted === running.sha) return running
      const sha = await resolve(git, wanted).catch(() => undefined)
      return sha === undefined ? undefined : (await readCommits(git, ['-1', sha]))[0]
    },
    async entry({ sha }, path) {
      const [entry] = await listTree(git, [sha, '--', path])
      return entry?.path === path ? entry : undefined
    },
    list: ({ sha }, path) => listTree(git, path === '' ? [sha] : [sha, '--', `${path}/`]),
    read: ({ sha }) => git('cat-file', 'blob', sha),
    log: ({ sha }, filter) => readCommits(git, [...logArguments(filter), sha, ...(filter.path ? ['--', filter.path] : [])]),
    changes: (commit) => readChanges(git, commit.sha),
    refs: () => readRefs(git),
    blob: (sha) => git('cat-file', 'blob', sha).catch(() => undefined),
  }
}

const REF = '--format=%(refname)%00%(objectname)%00%(*objectname)'

async function readRefs(git: Git): Promise<NamedRef[]> {
  const text = (await git('for-each-ref', '--sort=refname', REF, 'refs/heads', 'refs/tags')).toString('utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [ref = '', object = '', peeled = ''] = line.split('\0')
      const kind = ref.startsWith('refs/tags/') ? 'tag' : 'branch'
      return { kind, name: ref.replace(/^refs\/(heads|tags)\//, ''), sha: peeled || object }
    })
}

/** `--author` and `--committer` compare literally, without regard to case. */
function logArguments({ since, until, author, committer, skip, limit }: LogFilter): string[] {
  return [
    `-${limit}`,
    `--skip=${skip}`,
    '--fixed-strings',
    '--regexp-ignore-case',
    ...(since ? [`--since=${since}`] : []),
    ...(until ? [`--until=${until}`] : []),
    ...(author ? [`--author=${author}`] : []),
    ...(committer ? [`--committer=${committer}`] : []),
  ]
}

async function resolve(git: Git, ref: string): Promise<string> {
  return (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)).toString().trim()
}

async function readCommits(git: Git, args: string[]): Promise<Commit[]> {
  const text = (await git('log', '--no-show-signature', '--no-color', FORMAT, ...args)).toString('utf8')
  return text
    .split('\0\u0001')
    .map((record) => record.replace(/^\n/, '').split('\0'))
    .filter((fields) => fields.length > 1)
    .map(([sha = '', treeSha = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = '']) => ({
      sha,
      treeSha,
      parents: parents.split(' ').filter(Boolean),
      message: message.trimEnd(),
      author: { name: an, email: ae, date: new Date(ad).toISOString().replace('.000', '') },
      committer: { name: cn, email: ce, date: new Date(cd).toISOString().replace('.000', '') },
    }))
}

async function listTree(git: Git, args: string[]): Promise<TreeEntry[]> {
  const text = (await git('ls-tree', '-z', '-l', '--full-tree', ...args)).toString('utf8')
  return text
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t')
      const [mode = '', , sha = '', size = ''] = line.slice(0, tab).split(/ +/)
      return { type: KINDS[mode] ?? 'file', path: line.slice(tab + 1), sha, size: Number(size) || 0 }
    })
}
