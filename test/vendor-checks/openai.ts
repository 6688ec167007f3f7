import { expect } from 'vitest'
import { type Call, type Check, fromRows, type Row } from './check.ts'

const MODEL = 'oncall-rules-1'
const POST = 'POST /v1/chat/completions'
const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } })
const tools = ['fetch_logs', 'compute_error_rate'].map(tool)
const alert = {
  role: 'user',
  content: `{"alerts":[{"alertname":"X","severity":"critical","service":"shop","summary":"y","starts_at":"2026-11-20T12:00:00Z","labels":{}}]}`,
}
const base = { model: MODEL, messages: [alert], tools }
const ask = (more: object = {}): { json: object } => ({ json: { ...base, ...more } })
/** A question that is answered in words. */
const words = (more: object = {}): { json: object } => ({
  json: { model: MODEL, messages: [alert, { role: 'user', content: 'help' }], ...more },
})
const refused = (param?: string) => ({ error: { type: 'invalid_request_error', ...(param && { param }) } })
const call1 = { id: 'call_1', type: 'function', function: { name: 'fetch_logs', arguments: '{}' } }

/** Chat Completions of the embedded model: 67 checks. Source: OpenAI's description `openai-openapi` 2.3.0. */
export function openaiChecks(call: Call): Check[] {
  return [
    ...models(call),
    ...bodies(call),
    ...streams(call),
    ...choices(call),
    ...formats(call),
    ...messages(call),
    ...errors(call),
    ...further(call),
  ]
}

function models(call: Call): Check[] {
  return fromRows('models', () => call, [
    ['the list', 'GET /v1/models', {}, 200, { object: 'list', data: [{ id: MODEL, object: 'model' }] }],
    ['one', `GET /v1/models/${MODEL}`, {}, 200, { id: MODEL }],
    ['an unknown one', 'GET /v1/models/gpt-x', {}, 404, { error: { code: 'model_not_found' } }],
    ['owner and time', `GET /v1/models/${MODEL}`, {}, 200, { owned_by: 'oncall-lab', created: 0 }],
  ])
}

function bodies(call: Call): Check[] {
  const area = 'chat/completions, body'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const body = async (request = ask()) => (await call(POST, request)).json()
  return [
    check('the object and its id', async () =>
      expect(await body()).toMatchObject({ object: 'chat.completion', id: expect.stringMatching(/^chatcmpl-/) }),
    ),
    check('one choice of index 0', async () => expect((await body()).choices).toMatchObject([{ index: 0, logprobs: null }])),
    check('calls end with tool_calls', async () => expect((await body()).choices[0].finish_reason).toBe('tool_calls')),
    check('words end with stop', async () =>
      expect((await body(words())).choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expect.any(String) } }),
    ),
    check('a message has refusal', async () => expect((await body()).choices[0].message).toHaveProperty('refusal', null)),
    check('created is in seconds', async () => expect(Math.abs((await body()).created - Date.now() / 1_000)).toBeLessThan(60)),
    check('system_fingerprint is a text, or left out', async () => expect(typeof ((await body()).system_fingerprint ?? '')).toBe('string')),
    check('usage counts tokens', async () => expect((await body()).usage.total_tokens).toBeGreaterThan(0)),
    check('annotations are a list, or left out', async () =>
      expect(Array.isArray((await body()).choices[0].message.annotations ?? [])).toBe(true),
    ),
  ]
}

interface Chunk {
  object: string
  choices: {
    delta: { role?: string; content?: string; tool_calls?: { function: { arguments?: string } }[] }
    finish_reason: string | null
  }[]
  usage?: object | null
}

function streams(call: Call): Check[] {
  const area = 'stream'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const lines = async (more: object = {}, request = ask) => {
    const { text } = await call(POST, request({ stream: true, ...more }))
    return text.split('\n\n').filter(Boolean)
  }
  const chunks = async (more: object = {}, request = ask): Promise<Chunk[]> =>
    (await lines(more, request)).filter((line) => !line.includes('[DONE]')).map((line) => JSON.parse(line.replace(/^data: /, '')))
  return [
    check('every line is data', async () => expect((await lines()).every((line) => line.startsWith('data: '))).toBe(true)),
    check('it ends with [DONE]', async () => expect((await lines()).at(-1)).toBe('data: [DONE]')),
    check('every chunk is one', async () => expect((await chunks()).every(({ object }) => object === 'chat.completion.chunk')).toBe(true)),
    check('the last choice has the reason', async () => expect((await chunks()).at(-1)?.choices[0]?.finish_reason).toBe('tool_calls')),
    check('include_usage adds a chunk of usage', async () => {
      const all = await chunks({ stream_options: { include_usage: true } })
      expect(all.at(-1)).toMatchObject({ choices: [], usage: expect.any(Object) })
    }),
    check('the type is text/event-stream', async () =>
      expect((await call(POST, ask({ stream: true }))).headers.get('content-type')).toContain('text/event-stream'),
    ),
    check('words come in several chunks', async () =>
      expect((await chunks({}, words)).filter(({ choices: [choice] }) => choice?.delta.content).length).toBeGreaterThan(1),
    ),
  ]
}

function choices(call: Call): Check[] {
  const area = 'tool_choice, tools, parallel'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const message = async (request: { json: object }) => (await call(POST, request)).json().choices[0].message
  const named = (name: string) => ({ type: 'function', function: { name } })
  return [
    check('none: words', async () => expect((await message(ask({ tool_choice: 'none' }))).tool_calls).toBeUndefined()),
    check('auto: calls', async () => expect((await message(ask({ tool_choice: 'auto' }))).tool_calls).toHaveLength(2)),
    check('named: that one', async () =>
      expect((await message(ask({ tool_choice: named('fetch_logs') }))).tool_calls).toMatchObject([{ function: { name: 'fetch_logs' } }]),
    ),
    check('required: a call, also where words would do', async () =>
      expect((await message(words({ tools, tool_choice: 'required' }))).tool_calls?.length).toBeGreaterThan(0),
    ),
    check('required: no words beside', async () => expect((await message(words({ tools, tool_choice: 'required' }))).content).toBeNull()),
    check('parallel_tool_calls: false is one call', async () =>
      expect((await message(ask({ parallel_tool_calls: false }))).tool_calls).toHaveLength(1),
    ),
    ...fromRows(area, () => call, [
      ['a choice that is not offered', POST, ask({ tool_choice: named('nope') }), 400, refused('tool_choice')],
      ['a name with a blank', POST, ask({ tools: [tool('a b')] }), 400, refused()],
      ['129 tools', POST, ask({ tools: Array.from({ length: 129 }, (_, n) => tool(`t${n}`)) }), 400, refused('tools')],
      [
        'allowed_tools',
        POST,
        ask({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [named('fetch_logs')] } } }),
        200,
      ],
      ['a custom tool', POST, ask({ tools: [{ type: 'custom', custom: { name: 'x' } }] }), 200],
    ]),
  ]
}

function formats(call: Call): Check[] {
  const area = 'n, response_format, logprobs, limits of numbers'
  const rows: Row[] = [
    ['n = 2', POST, ask({ n: 2 }), 200],
    ['response_format text', POST, ask({ response_format: { type: 'text' } }), 200],
    ['response_format json_object', POST, words({ response_format: { type: 'json_object' } }), 200],
    [
      'response_format json_schema',
      POST,
      words({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } }),
      200,
    ],
    ['temperature 2', POST, ask({ temperature: 2 }), 200],
    ['temperature 3', POST, ask({ temperature: 3 }), 400, refused('temperature')],
    ['top_p 1.5', POST, ask({ top_p: 1.5 }), 400, refused('top_p')],
    ['presence_penalty 3', POST, ask({ presence_penalty: 3 }), 400, refused('presence_penalty')],
    ['logprobs are refused by name', POST, ask({ logprobs: true }), 400, refused('logprobs')],
    [
      'max_completion_tokens 1 ends with length',
      POST,
      words({ max_completion_tokens: 1 }),
      200,
      { choices: [{ finish_reason: 'length' }] },
    ],
  ]
  return fromRows(area, () => call, rows)
}

function messages(call: Call): Check[] {
  const with_ = (...more: object[]) => ask({ messages: [alert, ...more] })
  const rows: Row[] = [
    ['system', POST, with_({ role: 'system', content: 'x' }), 200],
    ['developer', POST, with_({ role: 'developer', content: 'x' }), 200],
    ['text parts', POST, ask({ messages: [{ role: 'user', content: [{ type: 'text', text: alert.content }] }] }), 200],
    ['an unknown role', POST, with_({ role: 'nobody', content: 'x' }), 400, refused()],
    ['no messages', POST, ask({ messages: [] }), 400, refused('messages')],
    ['no model', POST, { json: { messages: [alert] } }, 400, refused('model')],
    ['a tool message without its call', POST, with_({ role: 'tool', tool_call_id: 'x', content: '{}' }), 400, refused()],
    [
      'a call without its tool message',
      POST,
      with_({ role: 'assistant', content: null, tool_calls: [call1] }, alert),
      400,
      refused('messages'),
    ],
    [
      'a call with its tool message',
      POST,
      with_({ role: 'assistant', content: null, tool_calls: [call1] }, { role: 'tool', tool_call_id: 'call_1', content: '{}' }),
      200,
    ],
    ['an assistant without content and calls', POST, with_({ role: 'assistant' }), 400, refused()],
    [
      'an image is refused by name',
      POST,
      with_({ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example/x.png' } }] }),
      400,
      'image',
    ],
    ['a name of the speaker', POST, with_({ role: 'user', name: 'mei', content: 'x' }), 200],
  ]
  return fromRows('messages', () => call, rows)
}

function errors(call: Call): Check[] {
  const area = 'errors, routes'
  return [
    ...fromRows(area, () => call, [
      ['an unknown model: 404', POST, ask({ model: 'gpt-x' }), 404, { error: { code: 'model_not_found', param: 'model' } }],
      ['an unknown route: 404', 'POST /v1/nothing', { json: {} }, 404, { error: { code: 'unknown_url' } }],
      ['broken JSON: 400', POST, { raw: '{', headers: { 'content-type': 'application/json' } }, 400, refused()],
      ['the deprecated functions are refused by name', POST, ask({ functions: [] }), 400, refused('functions')],
      ['the shape of an error', POST, ask({ n: 'x' }), 400, refused()],
      ['no credentials are asked for: it listens here only', 'GET /v1/models', {}, 200],
    ]),
    {
      area,
      what: 'every answer names its request',
      async run() {
        expect((await call('GET /v1/models')).headers.get('x-request-id')).toMatch(/^\S{8,}$/)
      },
    },
    {
      area,
      what: 'every answer says how long it took',
      async run() {
        expect((await call(POST, ask())).headers.get('openai-processing-ms')).toMatch(/^\d+$/)
      },
    },
    ...fromRows(area, () => call, [
      ['429 on demand', POST, { ...ask(), headers: { 'x-fault': '429' } }, 429],
      ['500 on demand', POST, { ...ask(), headers: { 'x-fault': '500' } }, 500],
    ]),
  ]
}

function further(call: Call): Check[] {
  return fromRows('further routes', () => call, [
    ['responses', 'POST /v1/responses', { json: { model: MODEL, input: 'help' } }, 200],
    ['responses as a stream', 'POST /v1/responses', { json: { model: MODEL, input: 'help', stream: true } }, 200],
    ['embeddings', 'POST /v1/embeddings', { json: { model: MODEL, input: 'x' } }, 200],
    ['completions', 'POST /v1/completions', { json: { model: MODEL, prompt: 'x' } }, 200],
  ])
}
