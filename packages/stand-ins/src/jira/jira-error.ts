/** An error in Jira's shape: `{errorMessages, errors}` (https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes), `errors` by field. */
export class JiraError extends Error {
  override readonly name = 'JiraError'
  readonly status: number
  readonly errorMessages: string[]
  readonly errors: Record<string, string>

  constructor(status: number, { errorMessages = [], errors = {} }: { errorMessages?: string[]; errors?: Record<string, string> }) {
    super([...errorMessages, ...Object.values(errors)].join('; '))
    this.status = status
    this.errorMessages = errorMessages
    this.errors = errors
  }
}

/** Jira's answer for an issue that is not there or not visible; it does not tell which. */
export function issueNotFound(): JiraError {
  return new JiraError(404, { errorMessages: ['Issue does not exist or you do not have permission to see it.'] })
}
