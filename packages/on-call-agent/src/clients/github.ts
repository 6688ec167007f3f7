import { Octokit } from '@octokit/rest'
import { LabError, UpstreamError } from '@oncall-lab/service-kit/errors'

/** Where the code is; from the configuration, never from the model. */
export interface GitHubSettings {
  baseUrl: string
  token: string | undefined
  owner: string
  repo: string
  /** A commit, branch or tag; the default branch when undefined. */
  ref: string | undefined
}

/** Reads files of one repository. */
export interface GitHubClient {
  readonly repository: string
  readonly ref: string
  /** The file's text. @throws LabError 404 for what is no file; UpstreamError. */
  readFile(path: string, signal: AbortSignal): Promise<string>
}

/** https://docs.github.com/en/rest/repos/contents: the raw form, which also covers files of 1 to 100 MB. */
export function createGitHubClient({ baseUrl, token, owner, repo, ref }: GitHubSettings): GitHubClient {
  const octokit = new Octokit({ baseUrl, ...(token && { auth: token }), userAgent: 'oncall-lab', log: quiet })
  const repository = `${owner}/${repo}`
  return {
    repository,
    ref: ref ?? 'default branch',
    async readFile(path, signal) {
      try {
        const { data } = await octokit.rest.repos.getContent({
          owner,
          repo,
          path,
          ...(ref && { ref }),
          mediaType: { format: 'raw' },
          request: { signal },
        })
        // The raw form is a string; a folder comes as a list whatever was asked for.
        if (typeof data === 'string') return data
        throw new LabError(`${path} is no file in ${repository}`, { code: 'not_a_file', status: 404 })
      } catch (error) {
        throw explain(error, `${path} in ${repository}`)
      }
    },
  }
}

function explain(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return error
  const { status, message } = error
  if (status === 404) return new LabError(`There is no ${what}`, { code: 'no_such_file', status: 404 })
  const limited = status === 403 || status === 429
  return new UpstreamError(`GitHub answered ${status} for ${what}: ${message}`, {
    code: 'upstream_status',
    upstreamStatus: status,
    retryable: limited || status >= 500,
  })
}

/** Failures are told by what is thrown. */
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
