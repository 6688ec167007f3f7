import { type TSchema, Type } from 'typebox'
import { type DocumentedApi, openApiPage } from './openapi-page.ts'
import type { Service } from './service.ts'

/** What an operation of the document is made from. */
interface Operation {
  parameters: object[]
  requestBody?: object
  responses: Record<string, object>
}

interface RouteSchemas {
  params?: { properties?: Record<string, object> }
  querystring?: { properties?: Record<string, object>; required?: string[] }
  body?: object
  response?: Record<string, object>
}

const PROBLEM = {
  description: 'Problem details (RFC 9457).',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['status', 'code', 'detail'],
        properties: { status: { type: 'integer' }, code: { type: 'string' }, detail: { type: 'string' }, field: { type: 'string' } },
      },
    },
  },
}

/** Answers that are no JSON, for the `response` of a route's schema. */
export const answersWith = (schemas: Record<string, TSchema>) => ({
  content: Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }])),
})

const Document = Type.Object({ openapi: Type.String(), info: Type.Object({}), paths: Type.Object({}) })

/** What the document says of the service as a whole. */
export interface OpenApiOptions {
  title: string
  /** The form of `GET /healthz`. */
  health: TSchema
  /** Where the document is served; `/api/openapi.json` unless given. */
  path?: string
}

/** A page that loads and runs nothing. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The document, and the same for people at `/api/openapi.html`: the shell's routes and those that are registered after this call, as OpenAPI 3.1, whose schemas are the JSON Schemas that validate. */
export function registerOpenApi(app: Service, { title, health, path: at = '/api/openapi.json' }: OpenApiOptions): void {
  // The routes of the service's shell, which is built before the document.
  const shellRoutes = { '/healthz': { 200: health, 503: health }, '/metrics': { 200: answersWith({ 'text/plain': Type.String() }) } }
  const shell = Object.entries(shellRoutes).map(([path, response]) => [path, { get: describeOperation({ response }) }])
  const paths: Record<string, Record<string, Operation>> = Object.fromEntries(shell)
  app.addHook('onRoute', ({ method, url, schema }) => {
    const path = url.replace(/:(\w+)/g, '{$1}')
    for (const each of [method].flat()) {
      if (each === 'HEAD') continue
      paths[path] = { ...paths[path], [each.toLowerCase()]: describeOperation((schema ?? {}) as RouteSchemas) } // TypeBox schemas are JSON Schema.
    }
  })
  const read = () => ({ openapi: '3.1.0', info: { title, version: '1' }, paths })
  app.get(at, { schema: { response: { 200: Document } } }, async () => read())
  const page = at.replace(/\.json$/, '.html')
  app.get(
    page,
    { schema: { response: { 200: answersWith({ 'text/html': Type.String() }) } } },
    async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', PAGE_POLICY)
        .header('x-content-type-options', 'nosniff')
        .send(openApiPage(read() as DocumentedApi, at)), // describeOperation makes it so.
  )
}

function describeOperation({ params, querystring, body, response = {} }: RouteSchemas): Operation {
  const parameter =
    (place: 'path' | 'query', required: string[]) =>
    ([name, schema]: [string, object]) => ({
      name,
      in: place,
      required: place === 'path' || (required.includes(name) && !('default' in schema)),
      schema,
    })
  const json = (schema: object) => ({ content: { 'application/json': { schema } } })
  const answers = Object.entries(response).map(([status, schema]) => [
    status,
    { description: 'Done.', ...('content' in schema ? schema : json(schema)) },
  ])
  return {
    parameters: [
      ...Object.entries(params?.properties ?? {}).map(parameter('path', [])),
      ...Object.entries(querystring?.properties ?? {}).map(parameter('query', querystring?.required ?? [])),
    ],
    ...(body && { requestBody: { required: true, ...json(body) } }),
    responses: { ...(answers.length > 0 ? Object.fromEntries(answers) : { 200: { description: 'Done.' } }), default: PROBLEM },
  }
}
