import type { FastifyRequest } from 'fastify'

/** An error in Twilio's shape: `{code, message, more_info, status}` (https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions). */
export class TwilioError extends Error {
  override readonly name = 'TwilioError'
  readonly code: number
  readonly status: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The JSON body of an error answer. */
export function twilioErrorBody(status: number, code: number, message: string) {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }
}

/** Twilio's answer for what is not there. */
export function notFoundError(request: FastifyRequest): TwilioError {
  const path = request.url.replace(/^\/twilio/, '').split('?', 1)[0]
  return new TwilioError(404, 20404, `The requested resource ${path} was not found`)
}
