import { Octokit } from '@octokit/rest'
import { describeError, LabError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Commit } from '../../look-functions.ts'

/** Where the code is; from the configuration, never from the model. */
export interface GitHubSettings {
  baseUrl: string
  token: string | undefined
  owner: string
  repo: string
  /** A commit, branch or tag; the head of the default branch when undefined. */
  ref: string | undefined
  /** Bounds each call. */
  timeoutMs?: number
}

/** A file's text and the commit that it was read at (the configured ref where the commit cannot be told). */
interface SourceFile {
  text: string
  commit: string
}

/** Which commits: before and with `sha`, that change `path`, after `since`. */
interface CommitQuery {
  sha?: string | undefined
  path?: string | undefined
  since?: string | undefined
  limit: number
}

interface ChangedFile {
  path: string
  additions: number
  deletions: number
  /** In unified form; '' for what is no text. */
  patch: string
}

/** Reads one repository. */
export interface GitHubClient {
  readonly repository: string
  /** At this commit, else at the configured ref. @throws LabError 404 for what is no file; UpstreamError. */
  readFile(path: string, signal: AbortSignal, at?: string): Promise<SourceFile>
  /** Newest first, from `sha` or the configured ref back. @throws LabError 404; UpstreamError. */
  commits(query: CommitQuery, signal: AbortSignal): Promise<Commit[]>
  /** The files that a commit changed. @throws LabError 404; UpstreamError. */
  changes(sha: string, signal: AbortSignal): Promise<ChangedFile[]>
}

/** https://docs.github.com/en/rest/repos/contents: the raw form, which also covers files of 1 to 100 MB. */
export function createGitHubClient({ baseUrl, token, owner, repo, ref = 'HEAD', timeoutMs = 8_000 }: GitHubSettings): GitHubClient {
  const octokit = new Octokit({
    baseUrl,
    ...(token && { auth: token }),
    userAgent: 'oncall-lab',
    log: quiet,
    request: { fetch: fetchWhole },
  })
  const repository = `${owner}/${repo}`

  /** One call, with its failures in our terms. */
  async function ask<T>(what: string, signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      return await call(AbortSignal.any([signal, deadline]))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (deadline.aborted) {
        const options = { code: 'upstream_timeout', retryable: true, cause: error }
        throw new UpstreamError(`GitHub gave no answer for ${what} within ${timeoutMs} ms`, options)
      }
      throw explain(error, what)
    }
  }

  /** A branch moves; the commit says which lines the numbers are of. */
  async function findCommit(signal: AbortSignal): Promise<string> {
    try {
      const commit: unknown = await ask(`commit ${ref} in ${repository}`, signal, async (within) => {
        const { data } = await octokit.rest.repos.getCommit({ owner, repo, ref, request: { signal: within } })
        return data
      })
      if (Value.Check(CommitAnswer, commit)) return commit.sha
      throw garbled(`commit ${ref} in ${repository}`)
    } catch (error) {
      // A tree without history has no commits to tell.
      if (error instanceof LabError && NO_COMMIT.includes(error instanceof UpstreamError ? (error.upstreamStatus ?? 0) : error.status))
        return ref
      throw error
    }
  }

  return {
    repository,
    async readFile(path, signal, at) {
      const commit = at ?? (await findCommit(signal))
      const what = `${path} in ${repository}`
      const data: unknown = await ask(what, signal, async (within) => {
        const request = { signal: within }
        return (await octokit.rest.repos.getContent({ owner, repo, path, ref: commit, mediaType: { format: 'raw' }, request })).data
      })
      // The raw form is a string; a folder comes as a list whatever was asked for.
      if (typeof data === 'string') return { text: data, commit }
      if (Array.isArray(data)) throw new LabError(`${path} is no file in ${repository}`, { code: 'not_a_file', status: 404 })
      throw garbled(what)
    },
    async commits({ sha = ref, path, since, limit }, signal) {
      const what = `commits in ${repository}`
      const list: unknown = await ask(what, signal, async (within) => {
        const wanted = { ...(sha !== 'HEAD' && { sha }), ...(path !== undefined && { path }), ...(since !== undefined && { since }) }
        return (await octokit.rest.repos.listCommits({ owner, repo, ...wanted, per_page: limit, request: { signal: within } })).data
      })
      if (!Value.Check(CommitList, list)) throw garbled(what)
      return list.map(({ sha: id, commit: { message, author } }) => ({
        sha: id,
        message: (message.split('\n', 1)[0] ?? '').slice(0, 100),
        author: (author?.name ?? 'nobody').slice(0, 60),
        at: author?.date ?? '',
      }))
    },
    async changes(sha, signal) {
      const what = `commit ${sha} in ${repository}`
      const commit: unknown = await ask(what, signal, async (within) => {
        return (await octokit.rest.repos.getCommit({ owner, repo, ref: sha, request: { signal: within } })).data
      })
      if (!Value.Check(ChangedFiles, commit)) throw garbled(what)
      return commit.files.map(({ filename, additions, deletions, patch = '' }) => ({ path: filename, additions, deletions, patch }))
    },
  }
}

const CommitList = Type.Array(
  Type.Object({
    sha: Type.String(),
    commit: Type.Object({
      message: Type.String(),
      author: Type.Union([Type.Object({ name: Type.Optional(Type.String()), date: Type.Optional(Type.String()) }), Type.Null()]),
    }),
  }),
)
const ChangedFiles = Type.Object({
  files: Type.Array(
    Type.Object({ filename: Type.String(), additions: Type.Integer(), deletions: Type.Integer(), patch: Type.Optional(Type.String()) }),
  ),
})

const CommitAnswer = Type.Object({ sha: Type.String({ minLength: 1 }) })

const NO_COMMIT = [404, 409, 422]

/** Octokit takes an answer that breaks off for an empty one, so each is read to its end before Octokit has it. */
async function fetchWhole(url: string, init: RequestInit): Promise<Response> {
  const { status, headers, body } = await fetch(url, init).then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    body: await answer.arrayBuffer(),
  }))
  return new Response(body.byteLength > 0 ? body : null, { status, headers })
}

/** Octokit gives a call without an answer the status 500, but no `response`. */
function explain(error: unknown, what: string): unknown {
  if (!(error instanceof Error && 'status' in error && typeof error.status === 'number')) return error
  const { status } = error
  if (!('response' in error && error.response)) {
    return new UpstreamError(`GitHub cannot be reached for ${what}: ${describeError(error)}`, {
      code: 'upstream_unreachable',
      retryable: true,
      cause: error,
    })
  }
  if (status === 404) return new LabError(`There is no ${what}`, { code: 'no_such_file', status: 404 })
  return new UpstreamError(`GitHub answered ${status} for ${what}: ${describeError(error)}`, {
    code: 'upstream_status',
    upstreamStatus: status,
    // 403 is also GitHub's limit on requests.
    retryable: status === 403 || status === 408 || status === 429 || status >= 500,
  })
}

const garbled = (what: string) => new UpstreamError(`GitHub's answer for ${what} could not be read`, { code: 'upstream_garbled' })

/** Failures are told by what is thrown. */
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
