import { LabError } from '@oncall-lab/service-kit/errors'
import type { FastifyRequest } from 'fastify'
import { isSignedByTwilio } from './client.ts'

/** What a signature is checked against. */
interface SignatureOptions {
  /** The agent's address as Twilio sees it; signatures are over it, the path and the query. */
  publicUrl: string
  authToken: string
  onBadSignature: () => void
}

/** Refuses what Twilio did not sign. @throws LabError 403 */
export function demandSignature({ publicUrl, authToken, onBadSignature }: SignatureOptions) {
  return async (request: FastifyRequest): Promise<void> => {
    const params = Object.fromEntries(Object.entries(request.body ?? {}))
    const signature = request.headers['x-twilio-signature']
    if (typeof signature === 'string' && isSignedByTwilio({ authToken, signature, url: `${publicUrl}${request.url}`, params })) return
    onBadSignature()
    const [path] = request.url.split('?', 1)
    throw new LabError(`The signature does not fit. Twilio must call ${publicUrl}${path} (PUBLIC_URL) with the account's auth token.`, {
      code: 'bad_signature',
      status: 403,
    })
  }
}
