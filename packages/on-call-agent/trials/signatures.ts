import { randomBytes, randomInt } from 'node:crypto'
import twilio from 'twilio'
import { AUTH_TOKEN, PERSON, PUBLIC_URL, startAgentApp } from '../test-parts/agent-app.ts'
import { postForm, signForm } from '../test-parts/signed-form.ts'

/**
 * Random and mutated signed requests to the webhook: each gets 403 exactly when `twilio.validateRequest` refuses it, never a 5xx; then one message
 * 100 times over. `node trials/signatures.ts [requests]`
 */
const REQUESTS = Number(process.argv[2] ?? 25_000)
const PATH = '/webhook/twilio'
const WORDS = ['why?', 'ü & 😀', ' ', 'a=b&c=d', '%00', '+', 'مرحبا', '', 'x'.repeat(300)]
const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T // The list is not empty.

type Signed = { path: string; params: Record<string, string>; signature: string }

const MUTATIONS: ((request: Signed) => Signed)[] = [
  (request) => request,
  (request) => ({ ...request, signature: randomBytes(20).toString('base64') }),
  (request) => ({ ...request, signature: request.signature.toLowerCase() }),
  (request) => ({ ...request, signature: request.signature.slice(0, -1) }),
  (request) => ({ ...request, signature: `${request.signature} ` }),
  (request) => ({ ...request, signature: '' }),
  (request) => ({ ...request, params: { ...request.params, Body: `${request.params.Body}!` } }),
  (request) => ({ ...request, params: { ...request.params, Extra: 'x' } }),
  ({ params: { NumMedia: _left, ...params }, ...request }) => ({ ...request, params }),
  (request) => ({ ...request, path: `${request.path}?a=1` }),
  (request) => ({ ...request, signature: signForm(request.path, request.params, { url: `${PUBLIC_URL}:443${request.path}` }) }),
  (request) => ({ ...request, signature: signForm(request.path, request.params, { token: 'another' }) }),
]

await using running = await startAgentApp()
const seen: Record<string, number> = {}
let wrong = 0
for (let i = 0; i < REQUESTS; i += 1) {
  const params = {
    MessageSid: `SM${i}`,
    From: pick([PERSON, 'whatsapp:+15550100666']),
    Body: pick(WORDS),
    NumMedia: '0',
    To: 'whatsapp:+15550100000',
  }
  const path = pick([PATH, `${PATH}?line=1`])
  const request = pick(MUTATIONS)({ path, params, signature: signForm(path, params) })
  const { statusCode } = await postForm(running.app, request.path, request.params, request.signature)
  const isValid = twilio.validateRequest(AUTH_TOKEN, request.signature, `${PUBLIC_URL}${request.path}`, request.params)
  seen[statusCode] = (seen[statusCode] ?? 0) + 1
  if ((statusCode === 403) === isValid || statusCode >= 500) wrong += 1
}
const once = { MessageSid: 'SM-again', From: PERSON, Body: 'why?', NumMedia: '0', To: 'whatsapp:+15550100000' }
const before = running.outcomes.filter((outcome) => outcome === 'received').length
for (let i = 0; i < 100; i += 1) await postForm(running.app, PATH, once)
const taken = running.outcomes.filter((outcome) => outcome === 'received').length - before
console.log(
  `${REQUESTS} requests: ${wrong} verdicts other than twilio.validateRequest's; by status ${JSON.stringify(seen)}; a replay of 100 was taken ${taken} time(s)`,
)
process.exit(wrong === 0 && taken === 1 ? 0 : 1)
