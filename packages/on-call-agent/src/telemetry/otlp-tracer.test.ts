import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { oneRun } from '../../test-parts/one-run.ts'
import { call, calls, FIRST_LOOK, NOTE, scriptedModel } from '../../test-parts/scripted-model.ts'
import { openTracer, secretsOfTelemetry } from './open-tracer.ts'
import { createOtlpTracer } from './otlp-tracer.ts'

const closed = { additionalProperties: false } as const
const AttributeValue = Type.Union([
  Type.Object({ stringValue: Type.String() }, closed),
  Type.Object({ boolValue: Type.Boolean() }, closed),
  Type.Object({ intValue: Type.String({ pattern: '^-?\\d+$' }) }, closed),
  Type.Object({ doubleValue: Type.Number() }, closed),
  Type.Object({ arrayValue: Type.Object({ values: Type.Array(Type.Object({ stringValue: Type.String() })) }, closed) }, closed),
])
const AttributeList = Type.Array(Type.Object({ key: Type.String(), value: AttributeValue }, closed))
const Nanos = Type.String({ pattern: '^\\d{19}$' })
const Span = Type.Object(
  {
    traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    spanId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    parentSpanId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
    name: Type.String({ minLength: 1 }),
    kind: Type.Enum([1, 3]),
    startTimeUnixNano: Nanos,
    endTimeUnixNano: Nanos,
    attributes: AttributeList,
    status: Type.Optional(Type.Object({ code: Type.Literal(2) }, closed)),
  },
  closed,
)
/** A request as OTLP's JSON encoding has it (opentelemetry/proto/collector/trace/v1). */
const ExportRequest = Type.Object(
  {
    resourceSpans: Type.Array(
      Type.Object(
        {
          resource: Type.Object({ attributes: AttributeList }, closed),
          scopeSpans: Type.Array(
            Type.Object({ scope: Type.Object({ name: Type.String(), version: Type.String() }, closed), spans: Type.Array(Span) }, closed),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
)
type SpanJson = ReturnType<typeof spansOf>[number]

function spansOf(body: unknown) {
  expect(Value.Errors(ExportRequest, body)).toEqual([])
  if (!Value.Check(ExportRequest, body)) throw new Error('It was checked')
  return body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}
const attribute = ({ attributes }: SpanJson, key: string) => Object.values(attributes.find((each) => each.key === key)?.value ?? {})[0]

/** A collector; `answers` gives its statuses, the last one again and again. */
async function startCollector(...answers: number[]) {
  const requests: { url: string; headers: Record<string, unknown>; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    requests.push({ url: request.url ?? '', headers: request.headers, body: JSON.parse(text) })
    response.writeHead(answers[requests.length - 1] ?? answers.at(-1) ?? 200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    spans: () => requests.flatMap(({ body }) => spansOf(body)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const model = () => ({
  ...scriptedModel(({ transcript }) => ({
    ...(transcript.some(({ role }) => role === 'assistant') ? calls(NOTE, call('send', 'send_diagnosis', diagnosis())) : FIRST_LOOK),
    usage: { inputTokens: 1_000, outputTokens: 100 },
  })),
  name: 'gpt-5-mini at https://models.example/v1',
  id: 'gpt-5-mini',
})

test('an investigation is one trace by the GenAI conventions: the agent, its chats, its functions', async () => {
  await using collector = await startCollector()
  const unheard = (what: string, error: unknown) => expect.unreachable(`${what}: ${error}`)
  const config = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-team=oncall' }
  const tracer = openTracer({ ...config, OTEL_SERVICE_NAME: 'on-call-agent' }, unheard)
  const { incident } = await oneRun({ model: model(), parts: { tracer } })
  await tracer.stop()
  expect(collector.requests[0]).toMatchObject({ url: '/v1/traces', headers: { authorization: 'Bearer abc', 'x-team': 'oncall' } })
  const spans = collector.spans()
  const [agent] = spans.filter(({ name }) => name === 'invoke_agent on-call-agent')
  expect(agent && [attribute(agent, 'gen_ai.operation.name'), attribute(agent, 'gen_ai.conversation.id')]).toEqual([
    'invoke_agent',
    incident.id,
  ])
  const chats = spans.filter(({ name }) => name === 'chat gpt-5-mini')
  expect(chats).toHaveLength(2)
  for (const chat of chats) {
    expect(chat).toMatchObject({ kind: 3, traceId: agent?.traceId, parentSpanId: agent?.spanId })
    expect(attribute(chat, 'gen_ai.usage.input_tokens')).toBe('1000')
    expect(attribute(chat, 'gen_ai.request.model')).toBe('gpt-5-mini')
    expect([attribute(chat, 'server.address'), attribute(chat, 'server.port')]).toEqual(['models.example', '443'])
  }
  const tools = spans.filter(({ name }) => name.startsWith('execute_tool '))
  expect(tools.map((span) => attribute(span, 'gen_ai.tool.name')).sort()).toEqual(['compute_error_rate', 'fetch_logs', 'note_hypotheses'])
  for (const tool of tools) expect(tool).toMatchObject({ traceId: agent?.traceId, parentSpanId: agent?.spanId })
  // What was said, seen or asked is on no span.
  expect(JSON.stringify(spans)).not.toMatch(/discount|Incident I1|findCampaign/)
})

test('what fails is a span with its error, and is thrown on', async () => {
  await using collector = await startCollector()
  const tracer = createOtlpTracer({ url: `${collector.endpoint}/v1/traces`, headers: {}, serviceName: 's', onError: () => {} })
  const failing = tracer.span({ name: 'a', attributes: {} }, () => Promise.reject(new TypeError('of some text')))
  await expect(failing).rejects.toThrow('of some text')
  await tracer.stop()
  const [span] = collector.spans()
  expect(span).toMatchObject({ status: { code: 2 } })
  expect(span && attribute(span, 'error.type')).toBe('TypeError')
  expect(JSON.stringify(span)).not.toContain('of some text')
})

test.each([
  ['refuses', async () => (await startCollector(503)).endpoint],
  ['is away', async () => 'http://127.0.0.1:1'],
])('a collector that %s costs spans and nothing else, and is told of once', async (_title, start) => {
  const told: string[] = []
  const url = `${await start()}/v1/traces`
  const tracer = createOtlpTracer({ url, headers: {}, serviceName: 's', onError: (what) => told.push(what), everyMs: 5 })
  for (let i = 0; i < 3_000; i += 1) expect(await tracer.span({ name: 'a', attributes: { i } }, async () => i)).toBe(i)
  await tracer.stop()
  expect(told).toHaveLength(1)
  expect(tracer.dropped()).toBe(3_000)
})

test('without an endpoint nothing is measured, and a key in a header is a secret', async () => {
  const tracer = openTracer({ OTEL_SERVICE_NAME: 's' }, () => {})
  expect(await tracer.span({ name: 'a', attributes: {} }, async () => 7)).toBe(7)
  expect(secretsOfTelemetry({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abcdef' })).toEqual(['Bearer abcdef', 'abcdef'])
})
