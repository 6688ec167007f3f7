/** An error in GitHub's shape: `{message, documentation_url, status}` (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api). */
export class GitHubError extends Error {
  override readonly name = 'GitHubError'
  readonly status: number
  readonly documentationUrl: string
  readonly errors: object[] | undefined

  constructor(status: number, message: string, { page = '', errors }: { page?: string; errors?: object[] } = {}) {
    super(message)
    this.status = status
    this.documentationUrl = `https://docs.github.com/rest${page}`
    this.errors = errors
  }
}

/** The body of an error answer; GitHub writes the status as text. */
export function githubErrorBody({ status, message, documentationUrl, errors }: GitHubError) {
  return { message, ...(errors && { errors }), documentation_url: documentationUrl, status: String(status) }
}
