/** An error in ServiceNow's shape: `{error: {message, detail}, status: "failure"}`. */
export class ServiceNowError extends Error {
  override readonly name = 'ServiceNowError'
  readonly status: number
  readonly detail: string

  constructor(status: number, message: string, detail = '') {
    super(message)
    this.status = status
    this.detail = detail
  }
}

/** 404 says "missing or hidden". */
export const noRecord = () => new ServiceNowError(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval")
