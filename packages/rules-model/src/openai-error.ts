import { LabError } from '@oncall-lab/service-kit/errors'

/** The body of OpenAI's error replies. */
export interface OpenAiErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null }
}

/** A request that is refused, in OpenAI's terms; `param` names the field. */
export class RefusedRequest extends LabError {
  override readonly name = 'RefusedRequest'
  readonly param: string | null

  constructor(
    message: string,
    { status = 400, param = null, code = null }: { status?: number; param?: string | null; code?: string | null },
  ) {
    super(message, { code: code ?? 'invalid_request_error', status })
    this.param = param
  }
}

/** Any error as OpenAI would put it; what failed inside is not told. */
export function asOpenAiError(error: unknown): { status: number; body: OpenAiErrorBody } {
  if (error instanceof RefusedRequest) {
    const code = error.code === 'invalid_request_error' ? null : error.code
    return { status: error.status, body: { error: { message: error.message, type: 'invalid_request_error', param: error.param, code } } }
  }
  const { status, message, field } = describe(error)
  if (status >= 500)
    return {
      status,
      body: {
        error: { message: 'The request failed inside this server; its log says why.', type: 'server_error', param: null, code: null },
      },
    }
  return { status, body: { error: { message, type: 'invalid_request_error', param: field, code: null } } }
}

function describe(error: unknown): { status: number; message: string; field: string | null } {
  if (error instanceof LabError)
    return { status: error.status, message: error.message, field: error.field?.replace(/^body\.?/, '') || null }
  const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return { status, message: error instanceof Error ? error.message : 'Unknown error', field: null }
}
