import { qualifiedName, type Resource } from './resource.ts'

interface Details {
  name?: string
  group?: string
  kind?: string
  retryAfterSeconds?: number
}

/** An error in the API's shape (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/). */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly code: number
  readonly reason: string
  readonly details: Details | undefined

  constructor(code: number, reason: string, message: string, details?: Details) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }

  /** The body of the answer. */
  toStatus(): object {
    const { message, reason, details, code } = this
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...(details && { details }), code }
  }
}

const detailsOf = (resource: Resource, name?: string): Details => ({
  ...(name !== undefined && { name }),
  ...(resource.group !== '' && { group: resource.group }),
  kind: resource.name,
})

/** `pods "x" not found`. */
export function objectNotFound(resource: Resource, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualifiedName(resource)} "${name}" not found`, detailsOf(resource, name))
}

/** The path is none of the API's. */
export function pathNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})
}

/** A change rests on another version of the object than the present one. */
export function staleObject(resource: Resource, name: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`
  return new StatusError(409, 'Conflict', message, detailsOf(resource, name))
}

/** The object would not be valid. */
export function invalidObject(resource: Resource, name: string, field: string, problem: string): StatusError {
  const message = `${resource.kind}${resource.group ? `.${resource.group}` : ''} "${name}" is invalid: ${field}: ${problem}`
  return new StatusError(422, 'Invalid', message, { ...detailsOf(resource, name), kind: resource.kind })
}

/** The request itself cannot be understood. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message)
}

/** A body in a form that is not read here, e.g. protobuf. */
export function unsupportedMediaType(type: string, accepted: string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  return new StatusError(415, 'UnsupportedMediaType', type === '' ? `${message}; none was given` : message)
}
