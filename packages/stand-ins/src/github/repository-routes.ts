import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { allBelow } from './all-below.ts'
import { commitResource, fullCommitResource, type RepositoryAddress } from './commit-resource.ts'
import { readContents } from './contents.ts'
import { furtherRoutes } from './further-routes.ts'
import { GitHubError } from './github-error.ts'
import type { GitHubOptions } from './github-routes.ts'
import { isPlainRef, repositoryPath } from './repository-path.ts'
import { repositoryResource } from './repository-resource.ts'
import type { ChangedFile, Commit, TreeEntry } from './source-tree.ts'

type Query = Record<string, string | undefined>

/** So many commits are counted for the link to the last page. */
const MOST_COUNTED = 10_000

/** `/repos/{owner}/{repo}` with its contents and commits. */
export async function repositoryRoutes(app: Service, { repository, tree }: GitHubOptions): Promise<void> {
  const { owner, repo } = repository
  const base = '/repos/:owner/:repo'

  /** Owner and repository are compared without regard to case, as GitHub does. */
  function addressOf(request: FastifyRequest): RepositoryAddress {
    const given = request.params as { owner: string; repo: string }
    if (given.owner.toLowerCase() !== owner.toLowerCase() || given.repo.toLowerCase() !== repo.toLowerCase())
      throw new GitHubError(404, 'Not Found', { page: '/repos/repos#get-a-repository' })
    const origin = `${request.protocol}://${request.host}/github`
    return { api: `${origin}/repos/${owner}/${repo}`, html: `${origin}/${owner}/${repo}` }
  }

  app.get(base, async (request) => {
    const changedAt = (await tree.commit(undefined))?.committer.date ?? new Date(0).toISOString()
    return repositoryResource({ owner, repo, defaultBranch: tree.defaultBranch, changedAt }, addressOf(request))
  })
  furtherRoutes(app, { repository, tree, base, addressOf })

  const contents = async (request: FastifyRequest, reply: FastifyReply) => {
    const address = addressOf(request)
    const { '*': path = '' } = request.params as { '*'?: string }
    const ref = (request.query as Query).ref || undefined
    if (ref !== undefined && !isPlainRef(ref))
      throw new GitHubError(404, `No commit found for the ref ${ref}`, { page: '/repos/contents#get-repository-content' })
    const accept = String(request.headers.accept ?? '')
    const raw = /application\/vnd\.github\.(v3\.|3\.)?raw/.test(accept)
    const object = /application\/vnd\.github\.(v3\.)?object/.test(accept)
    const answer = await readContents(tree, { path, ref, raw, object, address })
    if (answer.kind === 'json') return answer.body
    return reply.type('application/vnd.github.raw+json; charset=utf-8').send(answer.bytes)
  }
  app.get(`${base}/contents`, contents)
  app.get(`${base}/contents/*`, contents)

  app.get(`${base}/commits`, async (request, reply) => {
    const address = addressOf(request)
    const query = request.query as Query
    const sha = query.sha || undefined
    const start = sha === undefined || isPlainRef(sha) ? await tree.commit(sha) : undefined
    if (!start) throw new GitHubError(404, 'Not Found', { page: '/commits/commits#list-commits' })
    const path = query.path ? repositoryPath(query.path) : ''
    if (path === undefined) return []
    const size = Math.min(readCount(query.per_page, 30), 100)
    const page = readCount(query.page, 1)
    const found = await tree.log(start, { path, ...readFilter(query), skip: (page - 1) * size, limit: size + 1 })
    const linkTo = (number: number, rel: string) =>
      `<${address.api}/commits?${new URLSearchParams({ ...(query as Record<string, string>), page: String(number) })}>; rel="${rel}"`
    const all = found.length > size ? (await tree.log(start, { path, ...readFilter(query), skip: 0, limit: MOST_COUNTED })).length : 0
    const links = [
      ...(page > 1 ? [linkTo(page - 1, 'prev'), linkTo(1, 'first')] : []),
      ...(found.length > size ? [linkTo(page + 1, 'next'), linkTo(Math.ceil(all / size), 'last')] : []),
    ]
    if (links.length > 0) reply.header('link', links.join(', '))
    return found.slice(0, size).map((commit) => commitResource(commit, address))
  })

  app.get<{ Params: { '*': string } }>(`${base}/commits/*`, async (request, reply) => {
    const address = addressOf(request)
    const [, ref, part = ''] = /^(.+)\/(pulls|status|statuses|check-runs)$/.exec(request.params['*']) ?? []
    if (ref !== undefined) return nothingRan(part, await commitOf(ref))
    const commit = await commitOf(request.params['*'])
    const [, form] = /application\/vnd\.github\.(?:v3\.)?(sha|diff|patch)/.exec(String(request.headers.accept ?? '')) ?? []
    if (form === 'sha') return reply.type('application/vnd.github.sha; charset=utf-8').send(commit.sha)
    const changes = await tree.changes(commit)
    if (form !== undefined) return reply.type(`application/vnd.github.${form}; charset=utf-8`).send(diffText(changes))
    return fullCommitResource(commit, changes, address)
  })

  app.get<{ Params: { sha: string } }>(`${base}/git/blobs/:sha`, async (request) => {
    const { api } = addressOf(request)
    const { sha } = request.params
    const bytes = /^[\da-f]{40}$/.test(sha) ? await tree.blob(sha) : undefined
    if (!bytes) throw new GitHubError(404, 'Not Found', { page: '/git/blobs#get-a-blob' })
    return { sha, node_id: sha, size: bytes.length, url: `${api}/git/blobs/${sha}`, content: bytes.toString('base64'), encoding: 'base64' }
  })

  app.get<{ Params: { '*': string } }>(`${base}/git/trees/*`, async (request) => {
    const { api } = addressOf(request)
    const ref = request.params['*']
    const commit = isPlainRef(ref) ? await tree.commit(ref) : undefined
    const sha = commit?.treeSha ?? (/^[\da-f]{40}$/.test(ref) ? ref : undefined)
    const entries = sha === undefined ? [] : await tree.list(commit ?? { ...NO_COMMIT, sha, treeSha: sha }, '').catch(() => [])
    if (entries.length === 0) throw new GitHubError(404, 'Not Found', { page: '/git/trees#get-a-tree' })
    const below = (request.query as Query).recursive && commit ? await allBelow(tree, commit, entries) : entries
    return { sha, url: `${api}/git/trees/${sha}`, truncated: false, tree: below.map((entry) => treeItem(entry, api)) }
  })

  // What `html_url` and `download_url` of a file lead to; github.com shows a page for the former.
  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    const { owner: givenOwner, repo: givenRepo, ref, '*': path } = request.params as Record<string, string>
    const isHere = givenOwner?.toLowerCase() === owner.toLowerCase() && givenRepo?.toLowerCase() === repo.toLowerCase()
    const answer =
      isHere && ref !== undefined && isPlainRef(ref)
        ? await readContents(tree, { path: path ?? '', ref, raw: true, address: { api: '', html: '' } })
        : undefined
    if (answer?.kind !== 'raw') throw new GitHubError(404, 'Not Found')
    return reply.type('text/plain; charset=utf-8').header('x-content-type-options', 'nosniff').send(answer.bytes)
  }
  app.get('/:owner/:repo/raw/:ref/*', page)
  app.get('/:owner/:repo/blob/:ref/*', page)

  async function commitOf(ref: string | undefined) {
    const commit = ref === undefined || isPlainRef(ref) ? await tree.commit(ref) : undefined
    if (!commit) throw new GitHubError(422, `No commit found for SHA: ${ref}`, { page: '/commits/commits#get-a-commit' })
    return commit
  }
}

/** Times that cannot be read and empty names count as not given. */
function readFilter({ since, until, author, committer }: Query) {
  const time = (text: string | undefined) => (text && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined)
  return { since: time(since), until: time(until), author: author || undefined, committer: committer || undefined }
}

/** The patches of a commit as git prints them. */
function diffText(changes: ChangedFile[]): string {
  return changes
    .map(({ path, previousPath = path, patch }) => {
      const head = `diff --git a/${previousPath} b/${path}\n`
      return patch === undefined ? head : `${head}--- a/${previousPath}\n+++ b/${path}\n${patch}\n`
    })
    .join('')
}

/** There are no pull requests and no builds here. */
function nothingRan(part: string, { sha }: Commit): object {
  if (part === 'check-runs') return { total_count: 0, check_runs: [] }
  return part === 'status' ? { state: 'pending', sha, total_count: 0, statuses: [] } : []
}

const PERSON = { name: '', email: '', date: '' }
const NO_COMMIT = { parents: [], message: '', author: PERSON, committer: PERSON }
const MODES: Record<TreeEntry['type'], string> = { file: '100644', dir: '040000', symlink: '120000', submodule: '160000' }

function treeItem({ type, path, sha, size }: TreeEntry, api: string) {
  const kind = type === 'dir' ? 'tree' : type === 'submodule' ? 'commit' : 'blob'
  return {
    path,
    mode: MODES[type],
    type: kind,
    sha,
    ...(kind === 'blob' && { size }),
    ...(kind !== 'commit' && { url: `${api}/git/${kind}s/${sha}` }),
  }
}

/** GitHub falls back to the default for a number that it cannot use. */
function readCount(text: string | undefined, fallback: number): number {
  const count = Number(text)
  return Number.isInteger(count) && count >= 1 && count <= 1_000_000 ? count : fallback
}
