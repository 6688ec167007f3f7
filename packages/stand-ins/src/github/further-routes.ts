import { dictionary } from '@oncall-lab/service-kit/dictionary'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import { allBelow } from './all-below.ts'
import { commitResource, fullCommitResource, type RepositoryAddress } from './commit-resource.ts'
import { GitHubError } from './github-error.ts'
import { isPlainRef } from './repository-path.ts'
import type { ChangedFile, Commit, NamedRef, SourceTree } from './source-tree.ts'

interface FurtherOptions {
  repository: { owner: string; repo: string }
  tree: SourceTree
  /** `/repos/:owner/:repo` */
  base: string
  addressOf: (request: FastifyRequest) => RepositoryAddress
}

/** Commits that a comparison looks through. */
const MOST_COMPARED = 10_000
/** Files that a search reads; those above are passed over, as GitHub's search does. */
const LARGEST_SEARCHED_BYTES = 384 * 1_024
const LANGUAGES = dictionary<string>({ ts: 'TypeScript', js: 'JavaScript', css: 'CSS', html: 'HTML', sql: 'SQL', sh: 'Shell' })

/** Branches, tags, comparisons, the search for code; and empty lists of what there is none of here: releases, deployments, pull requests, runs. */
export function furtherRoutes(app: Service, { repository, tree, base, addressOf }: FurtherOptions): void {
  const named = async (kind: NamedRef['kind']) => (await tree.refs()).filter((ref) => ref.kind === kind)
  const commitOf = async (ref: string) => {
    const commit = isPlainRef(ref) ? await tree.commit(ref) : undefined
    if (!commit) throw new GitHubError(404, 'Not Found')
    return commit
  }

  for (const path of ['releases', 'deployments', 'pulls'])
    app.get(`${base}/${path}`, async (request) => {
      addressOf(request)
      return []
    })
  app.get(`${base}/actions/runs`, async (request) => {
    addressOf(request)
    return { total_count: 0, workflow_runs: [] }
  })

  app.get(`${base}/branches`, async (request) => {
    const { api } = addressOf(request)
    return (await named('branch')).map(({ name, sha }) => ({ name, commit: { sha, url: `${api}/commits/${sha}` }, protected: false }))
  })
  app.get<{ Params: { '*': string } }>(`${base}/branches/*`, async (request) => {
    const address = addressOf(request)
    const name = request.params['*']
    const branch = (await named('branch')).find((each) => each.name === name)
    if (!branch) throw new GitHubError(404, 'Branch not found', { page: '/branches/branches#get-a-branch' })
    return { name, commit: commitResource(await commitOf(branch.sha), address), protected: false }
  })
  app.get(`${base}/tags`, async (request) => {
    const { api } = addressOf(request)
    return (await named('tag')).map(({ name, sha }) => ({ name, commit: { sha, url: `${api}/commits/${sha}` }, node_id: `tag:${name}` }))
  })
  app.get<{ Params: { '*': string } }>(`${base}/git/ref/*`, async (request) => {
    const { api } = addressOf(request)
    const wanted = request.params['*']
    const found = (await tree.refs()).find(({ kind, name }) => wanted === `${kind === 'tag' ? 'tags' : 'heads'}/${name}`)
    if (!found) throw new GitHubError(404, 'Not Found', { page: '/git/refs#get-a-reference' })
    const url = `${api}/git/commits/${found.sha}`
    return { ref: `refs/${wanted}`, node_id: wanted, url: `${api}/git/refs/${wanted}`, object: { sha: found.sha, type: 'commit', url } }
  })
  app.get<{ Params: { sha: string } }>(`${base}/git/commits/:sha`, async (request) => {
    const { sha, commit, parents, html_url, node_id } = commitResource(await commitOf(request.params.sha), addressOf(request))
    return { sha, node_id, html_url, parents, ...commit }
  })
  app.get<{ Params: { '*': string } }>(`${base}/compare/*`, async (request) => {
    const address = addressOf(request)
    const [from = '', to = ''] = request.params['*'].split('...')
    return compare(tree, await commitOf(from), await commitOf(to), address)
  })
  app.get(`${base}/languages`, async (request) => {
    addressOf(request)
    const commit = await commitOf(tree.defaultBranch)
    const bytes: Record<string, number> = {}
    for (const { type, path, size } of await allBelow(tree, commit, await tree.list(commit, ''))) {
      const language = type === 'file' ? LANGUAGES[path.split('.').at(-1) ?? ''] : undefined
      if (language !== undefined) bytes[language] = (bytes[language] ?? 0) + size
    }
    return bytes
  })
  app.get(`${base}/contributors`, async (request) => {
    addressOf(request)
    const log = await tree.log(await commitOf(tree.defaultBranch), { skip: 0, limit: MOST_COMPARED })
    return [...Map.groupBy(log, ({ author }) => author.email)].map(([email, commits]) => ({
      type: 'Anonymous',
      email,
      name: commits[0]?.author.name ?? '',
      contributions: commits.length,
    }))
  })
  app.get('/search/code', async (request) => searchCode(request))

  /** Words of the query that every file must hold, in this repository only (https://docs.github.com/en/rest/search/search#search-code). */
  async function searchCode(request: FastifyRequest) {
    const { q = '' } = request.query as { q?: string }
    const terms = q.split(/\s+/).filter(Boolean)
    const words = terms.filter((term) => !term.includes(':')).map((word) => word.toLowerCase())
    const where = terms.find((term) => term.startsWith('repo:'))?.slice('repo:'.length)
    if (words.length === 0) throw new GitHubError(422, 'Validation Failed', { page: '/search/search#search-code' })
    const isHere = where === undefined || where.toLowerCase() === `${repository.owner}/${repository.repo}`.toLowerCase()
    const commit = await commitOf(tree.defaultBranch)
    const items: object[] = []
    for (const entry of isHere ? await allBelow(tree, commit, await tree.list(commit, '')) : []) {
      if (entry.type !== 'file' || entry.size > LARGEST_SEARCHED_BYTES) continue
      const content = (await tree.read(entry)).toString('utf8').toLowerCase()
      if (words.every((word) => content.includes(word)))
        items.push({ name: entry.path.split('/').at(-1), path: entry.path, sha: entry.sha, score: 1 })
    }
    return { total_count: items.length, incomplete_results: false, items }
  }
}

/** What `to` has and `from` has not, and the other way; the files by their trees (https://docs.github.com/en/rest/commits/commits#compare-two-commits). */
async function compare(tree: SourceTree, from: Commit, to: Commit, address: RepositoryAddress) {
  const all = { skip: 0, limit: MOST_COMPARED }
  const [before, after] = [await tree.log(from, all), await tree.log(to, all)]
  const [known, reached] = [new Set(before.map(({ sha }) => sha)), new Set(after.map(({ sha }) => sha))]
  const ahead = after.filter(({ sha }) => !known.has(sha)).reverse()
  const behind = before.filter(({ sha }) => !reached.has(sha))
  const shared = before.find(({ sha }) => reached.has(sha)) ?? from
  const changes = ahead.length === 0 ? [] : await changesBetween(tree, shared, to)
  const status = ahead.length > 0 ? (behind.length > 0 ? 'diverged' : 'ahead') : behind.length > 0 ? 'behind' : 'identical'
  return {
    url: `${address.api}/compare/${from.sha}...${to.sha}`,
    html_url: `${address.html}/compare/${from.sha}...${to.sha}`,
    base_commit: commitResource(from, address),
    merge_base_commit: commitResource(shared, address),
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.map((commit) => commitResource(commit, address)),
    files: fullCommitResource(to, changes, address).files,
  }
}

async function changesBetween(tree: SourceTree, from: Commit, to: Commit): Promise<ChangedFile[]> {
  const filesOf = async (commit: Commit) => {
    const entries = await allBelow(tree, commit, await tree.list(commit, ''))
    return new Map(entries.filter(({ type }) => type !== 'dir').map(({ path, sha }) => [path, sha]))
  }
  const [before, after] = [await filesOf(from), await filesOf(to)]
  const changes: ChangedFile[] = []
  const counts = { additions: 0, deletions: 0 }
  for (const [path, sha] of after) {
    const old = before.get(path)
    if (old !== sha) changes.push({ path, sha, status: old === undefined ? 'added' : 'modified', ...counts })
  }
  for (const [path, sha] of before) if (!after.has(path)) changes.push({ path, sha, status: 'removed', ...counts })
  return changes
}
