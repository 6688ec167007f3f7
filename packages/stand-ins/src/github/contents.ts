import { posix } from 'node:path'
import { GitHubError } from './github-error.ts'
import { repositoryPath } from './repository-path.ts'
import type { Commit, SourceTree, TreeEntry } from './source-tree.ts'

/** Files above this come without content in the JSON form (https://docs.github.com/en/rest/repos/contents#get-repository-content). */
const LARGEST_INLINE_BYTES = 1_048_576
/** Files above this are not served at all (same page). */
const LARGEST_BYTES = 100 * 1_048_576
const MOST_ENTRIES = 1_000
const CONTENTS_PAGE = '/repos/contents#get-repository-content'

/** What a contents call yields: a file's bytes, or JSON. */
export type Contents = { kind: 'raw'; bytes: Buffer } | { kind: 'json'; body: object }

interface ContentsRequest {
  path: string
  ref: string | undefined
  /** Asked for with a raw media type. */
  raw: boolean
  /** Asked for as an object: a folder comes with its entries. */
  object?: boolean
  /** `…/repos/{owner}/{repo}` as API address and as page. */
  address: { api: string; html: string }
}

/**
 * A file or a folder of the repository, in the shape of GitHub's contents call.
 * @throws GitHubError 404 for an unknown path or ref, 403 for a file over 100 MB.
 */
export async function readContents(
  tree: SourceTree,
  { path: given, ref, raw, object = false, address }: ContentsRequest,
): Promise<Contents> {
  const commit = await tree.commit(ref)
  if (!commit) throw new GitHubError(404, `No commit found for the ref ${ref}`, { page: CONTENTS_PAGE })
  const path = repositoryPath(given)
  const entry = path === undefined ? undefined : await find(tree, commit, path)
  if (!entry) throw new GitHubError(404, 'Not Found', { page: CONTENTS_PAGE })
  const name = ref ?? tree.defaultBranch
  if (entry.type === 'dir') {
    const entries = (await tree.list(commit, entry.path)).slice(0, MOST_ENTRIES)
    const body = entries.map((child) => entryResource(child, name, address))
    return { kind: 'json', body: object ? { ...entryResource(entry, name, address), entries: body } : body }
  }
  if (entry.type === 'submodule') return { kind: 'json', body: await submoduleResource(tree, commit, entry, { name, raw, address }) }
  if (entry.type === 'symlink') return readLink(tree, commit, entry, { name, raw, address })
  return readFileOf(tree, entry, { name, raw, address })
}

interface Form {
  name: string
  raw: boolean
  address: ContentsRequest['address']
}

async function find(tree: SourceTree, commit: Commit, path: string): Promise<TreeEntry | undefined> {
  return path === '' ? { type: 'dir', path: '', sha: commit.treeSha, size: 0 } : tree.entry(commit, path)
}

async function readFileOf(tree: SourceTree, entry: TreeEntry, { name, raw, address }: Form): Promise<Contents> {
  if (entry.size > LARGEST_BYTES)
    throw new GitHubError(403, 'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API.', {
      page: CONTENTS_PAGE,
      errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
    })
  if (raw) return { kind: 'raw', bytes: await tree.read(entry) }
  const inline = entry.size <= LARGEST_INLINE_BYTES
  const content = inline ? wrap((await tree.read(entry)).toString('base64')) : ''
  return { kind: 'json', body: { ...entryResource(entry, name, address), content, encoding: inline ? 'base64' : 'none' } }
}

/** A submodule asked for by itself is of its own type and says where it comes from, as `.gitmodules` has it. */
async function submoduleResource(tree: SourceTree, commit: Commit, entry: TreeEntry, { name, address }: Form): Promise<object> {
  const modules = await tree.entry(commit, '.gitmodules')
  const sections = modules ? (await tree.read(modules)).toString('utf8').split(/^\[submodule .*\]$/m) : []
  const section = sections.find((each) => each.split('\n').some((line) => line.trim() === `path = ${entry.path}`))
  const url = section?.split('\n').find((line) => line.trim().startsWith('url = '))
  return { ...entryResource(entry, name, address), type: 'submodule', submodule_git_url: url?.trim().slice('url = '.length) ?? null }
}

/** A link to a file of the repository reads as that file; any other one is described. It is never followed on the disk. */
async function readLink(tree: SourceTree, commit: Commit, entry: TreeEntry, form: Form): Promise<Contents> {
  const bytes = await tree.read(entry)
  const target = repositoryPath(posix.normalize(posix.join(posix.dirname(entry.path), bytes.toString('utf8'))))
  const file = target ? await tree.entry(commit, target) : undefined
  if (file?.type === 'file' && !bytes.toString('utf8').startsWith('/')) return readFileOf(tree, { ...file, path: entry.path }, form)
  if (form.raw) return { kind: 'raw', bytes }
  return { kind: 'json', body: { ...entryResource(entry, form.name, form.address), target: bytes.toString('utf8') } }
}

/** Base64 as GitHub breaks it: 60 characters a line, with a line break at the end. */
function wrap(base64: string): string {
  return base64.replaceAll(/.{1,60}/g, '$&\n')
}

function entryResource({ type, path, sha, size }: TreeEntry, ref: string, { api, html }: ContentsRequest['address']) {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const isFolder = type === 'dir'
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const htmlUrl = `${html}/${isFolder ? 'tree' : 'blob'}/${ref}/${encoded}`
  const gitUrl = `${api}/git/${isFolder ? 'trees' : 'blobs'}/${sha}`
  return {
    name: posix.basename(path),
    path,
    sha,
    size,
    url,
    html_url: htmlUrl,
    git_url: gitUrl,
    download_url: isFolder ? null : `${html}/raw/${ref}/${encoded}`,
    // GitHub lists submodules as files, for compatibility (same page).
    type: type === 'submodule' ? 'file' : type,
    _links: { self: url, git: gitUrl, html: htmlUrl },
  }
}
