import { LabError } from '@oncall-lab/service-kit/errors'
import { nestsTooDeep, tooDeep } from '@oncall-lab/service-kit/json-nesting'
import type { Service } from '@oncall-lab/service-kit/service'
import { BODY_BYTES, bodyProblem } from './body-limits.ts'
import { ownTurn } from './own-turn.ts'

/** For the config of a route that reads JSON under whatever content type `curl -d` sends; a browser must still say JSON (browser-guard.ts). */
export const LENIENT = { accepts: 'any' } as const

/** In this scope every body is read as JSON, whatever its type says; none at all is an empty object. */
export function readEveryBodyAsJson(scope: Service): void {
  const parse = scope.getDefaultJsonParser('error', 'error')
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (String(body).trim() === '') return done(null, {})
    // A route that takes longer bodies takes more values.
    const isLong = (request.routeOptions.bodyLimit ?? BODY_BYTES) > BODY_BYTES
    const problem = isLong ? (nestsTooDeep(String(body)) ? tooDeep() : undefined) : bodyProblem(String(body))
    if (problem) return done(problem)
    void ownTurn().then(() =>
      parse(request, String(body), (error, value) => {
        if (!error) return done(null, value)
        done(new LabError(`body must be JSON: ${error.message}`, { code: 'invalid_json', status: 400, field: 'body' }))
      }),
    )
  })
  scope.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.method === 'POST') request.body = {}
  })
}
