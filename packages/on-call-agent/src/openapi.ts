import type { Service } from '@oncall-lab/service-kit/service'

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

/** `GET /api/openapi.json`: the routes that are registered after this call, as OpenAPI 3.1, whose schemas are the JSON Schemas that validate. */
export function registerOpenApi(app: Service): void {
  const paths: Record<string, Record<string, Operation>> = {}
  app.addHook('onRoute', ({ method, url, schema }) => {
    const path = url.replace(/:(\w+)/g, '{$1}')
    for (const each of [method].flat()) {
      if (each === 'HEAD') continue
      paths[path] = { ...paths[path], [each.toLowerCase()]: describeOperation((schema ?? {}) as RouteSchemas) } // TypeBox schemas are JSON Schema.
    }
  })
  app.get('/api/openapi.json', async () => ({ openapi: '3.1.0', info: { title: 'on-call-agent', version: '1' }, paths }))
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
  const answers = Object.entries(response).map(([status, schema]) => [status, { description: 'Done.', ...json(schema) }])
  return {
    parameters: [
      ...Object.entries(params?.properties ?? {}).map(parameter('path', [])),
      ...Object.entries(querystring?.properties ?? {}).map(parameter('query', querystring?.required ?? [])),
    ],
    ...(body && { requestBody: { required: true, ...json(body) } }),
    responses: { ...(answers.length > 0 ? Object.fromEntries(answers) : { 200: { description: 'Done.' } }), default: PROBLEM },
  }
}
