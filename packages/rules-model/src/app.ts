import { randomUUID } from 'node:crypto'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import { acceptRequest, listedActions } from './accept-request.ts'
import { answer, MODEL_ID } from './answer.ts'
import { asCompletion, asEventStream } from './completion.ts'
import type { AnswerKind, createMetrics } from './metrics.ts'
import { obeyLimits } from './obey-limits.ts'
import { asOpenAiError, RefusedRequest } from './openai-error.ts'
import { type AssistantMessage, ChatRequest } from './openai-wire.ts'
import { asChatRequest, asResponse, ResponsesRequest } from './responses-wire.ts'

interface Parts {
  registry: Registry
  metrics: ReturnType<typeof createMetrics>
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** Transcripts carry logs and code. */
const LONGEST_BODY = 16 * 1_048_576
const MODEL = { id: MODEL_ID, object: 'model', created: 0, owned_by: 'oncall-lab' }

/** OpenAI's Chat Completions and Responses API over the rules in answer.ts. Any Authorization, or none, is fine: it listens on this machine and keeps nothing. */
export function buildApp({ registry, metrics, logLevel = 'info' }: Parts): Service {
  const app = buildService(registry, { name: 'rules-model', logLevel, health: () => ({ model: MODEL_ID }) })
  app.register(async (v1: Service) => addRoutes(v1, metrics), { prefix: '/v1' })
  return app
}

function addRoutes(v1: Service, metrics: Parts['metrics']): void {
  v1.setErrorHandler((error, request, reply) => {
    const { status, body } = asOpenAiError(error)
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    if (request.method === 'POST') metrics.answered(status >= 500 ? 'failed' : 'refused')
    return reply.code(status).send(body)
  })
  v1.addHook('onRequest', async (_request, reply) => {
    reply.header('x-request-id', `req_${randomUUID().replaceAll('-', '')}`)
  })
  v1.setNotFoundHandler((request) => {
    throw new RefusedRequest(`Invalid URL (${request.method} ${request.url})`, { status: 404, code: 'unknown_url' })
  })

  v1.get('/models', () => ({ object: 'list', data: [MODEL] }))
  v1.get<{ Params: { id: string } }>('/models/:id', ({ params: { id } }) => {
    if (id === MODEL_ID) return MODEL
    throw new RefusedRequest(`The model '${id}' does not exist`, { status: 404, param: 'model', code: 'model_not_found' })
  })
  v1.post('/chat/completions', { schema: { body: ChatRequest }, bodyLimit: LONGEST_BODY }, (request, reply) => {
    const { messages, stream, stream_options } = request.body
    const began = performance.now()
    const offered = acceptRequest(request.body)
    const obeyed = obeyLimits(answer(messages, offered, listedActions(request.body)), request.body, offered)
    metrics.answered(kindOf(obeyed.message))
    reply.header('openai-processing-ms', String(Math.round(performance.now() - began)))
    const stamp = { id: `chatcmpl-${randomUUID().replaceAll('-', '')}`, created: Math.floor(Date.now() / 1000) }
    if (stream) return reply.type('text/event-stream').send(asEventStream(obeyed, stamp, stream_options?.include_usage === true))
    return reply.send(asCompletion(obeyed, stamp))
  })
  v1.post('/responses', { schema: { body: ResponsesRequest }, bodyLimit: LONGEST_BODY }, ({ body }) => {
    const request = asChatRequest(body)
    const message = answer(request.messages, acceptRequest(request), listedActions(request))
    metrics.answered(kindOf(message))
    return asResponse(message, { id: randomUUID().replaceAll('-', ''), created: Math.floor(Date.now() / 1000) })
  })
}

function kindOf({ tool_calls }: AssistantMessage): AnswerKind {
  const names = (tool_calls ?? []).map((call) => call.function.name)
  if (names.includes('send_diagnosis')) return 'diagnosis'
  if (names.includes('create_jira_ticket')) return 'ticket'
  return names.length > 0 ? 'tool_calls' : 'text'
}
