import { Registry } from 'prom-client'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { registerOpenApi } from './openapi.ts'
import { schemaText } from './openapi-page.ts'
import { buildService } from './service.ts'

const Order = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 60, description: 'what <b>is</b> ordered' }),
  count: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
  tags: Type.Array(Type.Enum(['a', 'b'])),
})

async function startService() {
  const app = buildService(new Registry(), { name: 'test', logLevel: 'silent' })
  // As the services that have a document: a field that its schema lacks is no reason to drop it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  registerOpenApi(app, { title: 'shop <one>', health: Type.Object({ ok: Type.Boolean() }) })
  app.post(
    '/orders/:id',
    { schema: { params: Type.Object({ id: Type.String() }), body: Order, response: { 201: Order } } },
    async (_, reply) => reply.code(201).send({ name: 'x', tags: [] }),
  )
  app.get('/orders', { schema: { querystring: Type.Object({ limit: Type.Integer({ maximum: 100 }) }) } }, async () => [])
  return app
}

test('GET /api/openapi.html shows each operation of the document with its parameters, body and answers', async () => {
  const app = await startService()
  const { paths } = (await app.inject('/api/openapi.json')).json()
  const answer = await app.inject('/api/openapi.html')
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  const operations = Object.entries<object>(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method}-${path}`))
  expect(operations.length).toBeGreaterThan(4)
  for (const operation of operations) expect(answer.body).toContain(`id="${operation}"`)
  expect(answer.body).toContain('limit')
  expect(answer.body).toContain('name: string (1..60 characters)')
})

test('the page runs and loads nothing, and what a schema says stays text', async () => {
  const app = await startService()
  const { body, headers } = await app.inject('/api/openapi.html')
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'/)
  expect(body).not.toMatch(/<script|<img|<link|@import|url\(|https?:\/\/|<b>is/)
  expect(body).toContain('shop &#60;one&#62;')
})

test.each<[object, string]>([
  [Type.String(), 'string'],
  [Type.Union([Type.String(), Type.Null()]), 'string | null'],
  [Type.Array(Type.Union([Type.Literal('a'), Type.Integer()])), '("a" | integer)[]'],
  [Type.Record(Type.String(), Type.Number()), '{ [name: string]: number }'],
  [Type.Object({ a: Type.Object({ b: Type.Boolean() }) }), '{\n  a: {\n    b: boolean\n  }\n}'],
  [Type.Unknown(), 'any'],
])('%j is written as %s', (schema, text) => {
  expect(schemaText(schema)).toBe(text)
})
