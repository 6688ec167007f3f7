import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { commitResource, fullCommitResource, type RepositoryAddress, repositoryResource } from './commit-resource.ts'
import { readContents } from './contents.ts'
import { GitHubError } from './github-error.ts'
import type { GitHubOptions } from './github-routes.ts'
import { isPlainRef, repositoryPath } from './repository-path.ts'

type Query = Record<string, string | undefined>

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

  app.get(base, async (request) => repositoryResource({ owner, repo, defaultBranch: tree.defaultBranch }, addressOf(request)))

  const contents = async (request: FastifyRequest, reply: FastifyReply) => {
    const address = addressOf(request)
    const { '*': path = '' } = request.params as { '*'?: string }
    const ref = (request.query as Query).ref || undefined
    if (ref !== undefined && !isPlainRef(ref))
      throw new GitHubError(404, `No commit found for the ref ${ref}`, { page: '/repos/contents#get-repository-content' })
    const raw = /application\/vnd\.github\.(v3\.|3\.)?raw/.test(String(request.headers.accept ?? ''))
    const answer = await readContents(tree, { path, ref, raw, address })
    if (answer.kind === 'json') return answer.body
    return reply.type('application/vnd.github.raw+json; charset=utf-8').send(answer.bytes)
  }
  app.get(`${base}/contents`, contents)
  app.get(`${base}/contents/*`, contents)

  app.get(`${base}/commits`, async (request, reply) => {
    const address = addressOf(request)
    const query = request.query as Query
    const start = await commitOf(query.sha || undefined)
    const path = query.path ? repositoryPath(query.path) : ''
    if (path === undefined) return []
    const size = Math.min(readCount(query.per_page, 30), 100)
    const page = readCount(query.page, 1)
    const found = await tree.log(start, { path, skip: (page - 1) * size, limit: size + 1 })
    if (found.length > size) {
      const next = new URLSearchParams({ ...(query as Record<string, string>), page: String(page + 1) })
      reply.header('link', `<${address.api}/commits?${next}>; rel="next"`)
    }
    return found.slice(0, size).map((commit) => commitResource(commit, address))
  })

  app.get<{ Params: { '*': string } }>(`${base}/commits/*`, async (request) => {
    const address = addressOf(request)
    const commit = await commitOf(request.params['*'])
    return fullCommitResource(commit, await tree.changes(commit), address)
  })

  async function commitOf(ref: string | undefined) {
    const commit = ref === undefined || isPlainRef(ref) ? await tree.commit(ref) : undefined
    if (!commit) throw new GitHubError(422, `No commit found for SHA: ${ref}`, { page: '/commits/commits#get-a-commit' })
    return commit
  }
}

/** GitHub falls back to the default for a number that it cannot use. */
function readCount(text: string | undefined, fallback: number): number {
  const count = Number(text)
  return Number.isInteger(count) && count >= 1 && count <= 1_000_000 ? count : fallback
}
