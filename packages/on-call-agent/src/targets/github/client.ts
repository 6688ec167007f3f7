import { Octokit } from '@octokit/rest'
import { describeError, LabError, UpstreamError } from '@oncall-lab/service-kit/errors'

/** Where the code is; from the configuration, never from the model. */
export interface GitHubSettings {
  baseUrl: string
  token: string | undefined
  owner: string
  repo: string
  /** A commit, branch or tag; the head of the default branch when undefined. */
  ref: string | undefined
}

/** A file's text and the commit that it was read at (the configured ref where the commit cannot be told). */
interface SourceFile {
  text: string
  commit: string
}

/** Reads files of one repository. */
export interface GitHubClient {
  readonly repository: string
  /** @throws LabError 404 for what is no file; UpstreamError. */
  readFile(path: string, signal: AbortSignal): Promise<SourceFile>
}

/** https://docs.github.com/en/rest/repos/contents: the raw form, which also covers files of 1 to 100 MB. */
export function createGitHubClient({ baseUrl, token, owner, repo, ref = 'HEAD' }: GitHubSettings): GitHubClient {
  const octokit = new Octokit({ baseUrl, ...(token && { auth: token }), userAgent: 'oncall-lab', log: quiet })
  const repository = `${owner}/${repo}`

  /** A branch moves; the commit says which lines the numbers are of. */
  async function findCommit(signal: AbortSignal): Promise<string> {
    try {
      return (await octokit.rest.repos.getCommit({ owner, repo, ref, request: { signal } })).data.sha
    } catch (error) {
      // A tree without history has no commits to tell.
      if (NO_COMMIT.includes(statusOf(error) ?? 0)) return ref
      throw explain(error, `commit ${ref} in ${repository}`)
    }
  }

  return {
    repository,
    async readFile(path, signal) {
      const commit = await findCommit(signal)
      try {
        const mediaType = { format: 'raw' }
        const { data } = await octokit.rest.repos.getContent({ owner, repo, path, ref: commit, mediaType, request: { signal } })
        // The raw form is a string; a folder comes as a list whatever was asked for.
        if (typeof data === 'string') return { text: data, commit }
        throw new LabError(`${path} is no file in ${repository}`, { code: 'not_a_file', status: 404 })
      } catch (error) {
        throw explain(error, `${path} in ${repository}`)
      }
    },
  }
}

const NO_COMMIT = [404, 409, 422]

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined
}

function explain(error: unknown, what: string): unknown {
  const status = statusOf(error)
  if (status === undefined) return error
  if (status === 404) return new LabError(`There is no ${what}`, { code: 'no_such_file', status: 404 })
  const limited = status === 403 || status === 429
  return new UpstreamError(`GitHub answered ${status} for ${what}: ${describeError(error)}`, {
    code: 'upstream_status',
    upstreamStatus: status,
    retryable: limited || status >= 500,
  })
}

/** Failures are told by what is thrown. */
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
