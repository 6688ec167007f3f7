import type { ServerResponse } from 'node:http'
import { answers, breaksOff, completes } from './model-server.ts'

/** An error in the form of OpenAI's API. */
export const error = (message: string, code?: string) => ({ error: { message, code } })

type Script = (response: ServerResponse) => void

/** Answers of a model server that end it: name, answer, what is thrown, how often it was asked. */
export const MODEL_REFUSALS: readonly [string, Script, string, number][] = [
  ['401', answers(401, error('Incorrect API key provided', 'invalid_api_key')), 'model_refused', 1],
  ['403', answers(403, error('not for you')), 'model_refused', 1],
  ['404', answers(404, error('no such model', 'model_not_found')), 'model_refused', 1],
  ['400', answers(400, error('unknown parameter')), 'model_refused', 1],
  ['413', answers(413, error('too large')), 'model_refused', 1],
  ['429 for want of money', answers(429, error('pay first', 'insufficient_quota')), 'model_refused', 1],
  ['429 for an hour', answers(429, error('slow down'), { 'retry-after': '3600' }), 'model_unavailable', 1],
  ['a refusal', completes({ content: null, refusal: 'I will not' }), 'model_refused', 1],
  [
    'a content filter',
    answers(200, { choices: [{ finish_reason: 'content_filter', message: { role: 'assistant', content: '' } }] }),
    'model_refused',
    1,
  ],
  ['an answer of 40 MB', answers(200, 'x'.repeat(40_000_000)), 'model_refused', 1],
  ['no choice', answers(200, { choices: [] }), 'model_garbled', 3],
  ['an empty object', answers(200, {}), 'model_garbled', 3],
  ['null', answers(200, 'null'), 'model_garbled', 3],
  ['a list', answers(200, '[]'), 'model_garbled', 3],
  ['nothing said and nothing called', completes({ content: ' ' }), 'model_garbled', 3],
  ['reasoning alone', completes({ content: '<think>hm</think>', reasoning_content: 'hm' }), 'model_garbled', 3],
  ['nothing before the limit', answers(200, { choices: [{ finish_reason: 'length', message: { content: '' } }] }), 'model_garbled', 3],
  ['HTML', answers(200, '<html>It works!</html>', { 'content-type': 'text/html' }), 'model_garbled', 3],
  ['JSON that breaks off', answers(200, '{"choices": ['), 'model_garbled', 3],
  ['calls without a function', completes({ tool_calls: [{ id: 'a', type: 'function' }] }), 'model_garbled', 3],
]

/** Those that pass: it is asked again, after these pauses (ms). */
export const MODEL_FAULTS_THAT_PASS: readonly [string, Script[], number[]][] = [
  ['500', [answers(500, {})], [500]],
  ['502 with HTML', [answers(502, '<html></html>', { 'content-type': 'text/html' })], [500]],
  [
    '503 while the model is loaded, four times',
    Array(4).fill(answers(503, error('Loading model', 'unavailable_error'), { 'retry-after': '0' })),
    [0, 0, 0, 0],
  ],
  ['529', [answers(529, error('overloaded', 'overloaded_error'))], [500]],
  ['429 with Retry-After', [answers(429, error('slow down'), { 'retry-after': '1' })], [1_000]],
  ['429 without Retry-After', [answers(429, error('slow down', 'rate_limit_exceeded'))], [500]],
  ['408', [answers(408, {})], [500]],
  ['409', [answers(409, {})], [500]],
  ['200 with an error', [answers(200, error('upstream is away', '502'))], [500]],
  ['a call that its server cannot read', [answers(400, error('Failed to call a function', 'tool_use_failed'))], [200]],
  ['a broken connection', [breaksOff], [500]],
  ['an empty answer', [completes({ content: '' })], [200]],
]
