import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { Diagnosis } from '../api.ts'
import { CreateTicketArgs, FetchCodeArgs, FetchLogsArgs, QueryPrometheusArgs } from '../functions.ts'
import { mendArguments } from './mend-arguments.ts'

const good = diagnosis()

test.each([
  ['numbers as text', FetchLogsArgs, { seconds: '60', limit: '20' }, { seconds: 60, limit: 20 }],
  ['a number with its unit', FetchLogsArgs, { seconds: '60s', limit: 20 }, { seconds: 60, limit: 20 }],
  ['a number beyond what is allowed', FetchLogsArgs, { seconds: 86_400, limit: 0 }, { seconds: 3_600, limit: 1 }],
  ['a fraction', FetchLogsArgs, { seconds: 59.6, limit: 20 }, { seconds: 60, limit: 20 }],
  ['a member too many', FetchLogsArgs, { seconds: 60, limit: 20, reasoning: 'because' }, { seconds: 60, limit: 20 }],
  ['arguments within arguments', FetchLogsArgs, { arguments: { seconds: 60, limit: 20 } }, { seconds: 60, limit: 20 }],
  ['another notation of names', QueryPrometheusArgs, { query: 'up', rangeSeconds: 60 }, { query: 'up', range_seconds: 60 }],
  ['null for what is optional', QueryPrometheusArgs, { query: 'up', range_seconds: null }, { query: 'up' }],
  ['a useless optional value', FetchCodeArgs, { file_path: 'a.ts', start_line: 'top' }, { file_path: 'a.ts' }],
  [
    'an enum in another case',
    CreateTicketArgs,
    { summary: 'a', description: 'b', priority: 'High' },
    { summary: 'a', description: 'b', priority: 'high' },
  ],
  ['an empty optional text', CreateTicketArgs, { summary: 'a', description: 'b', assignee: '' }, { summary: 'a', description: 'b' }],
  ['a text as a list of one', CreateTicketArgs, { summary: ['a'], description: 'b' }, { summary: 'a', description: 'b' }],
  ['a percentage', Diagnosis, { ...good, confidence: '90%' }, good],
  ['a share of a hundred', Diagnosis, { ...good, confidence: 90 }, good],
  ['a status in another notation', Diagnosis, { ...good, status: 'Diagnosed' }, good],
  ['one thing instead of a list', Diagnosis, { ...good, evidence: good.evidence[0], next_steps: good.next_steps[0] }, good],
  ['a list as text', Diagnosis, { ...good, evidence: JSON.stringify(good.evidence) }, good],
  ['steps as lines', Diagnosis, { ...good, next_steps: '1. one\n2) two\n- three' }, { ...good, next_steps: ['one', 'two', 'three'] }],
  ['a cause that nobody knows', Diagnosis, { ...good, cause: 'gremlins' }, good],
  ['a cause in another notation', Diagnosis, { ...good, cause: 'Bad Release' }, { ...good, cause: 'bad_release' }],
  [
    'all that is optional as null',
    Diagnosis,
    { ...good, affected_file: null, line_number: null, component: null, instances: null, routes: null },
    good,
  ],
  ['a line as text', Diagnosis, { ...good, affected_file: 'a.ts', line_number: '42' }, { ...good, affected_file: 'a.ts', line_number: 42 }],
  ['an instance instead of a list', Diagnosis, { ...good, instances: '127.0.0.1:8001' }, { ...good, instances: ['127.0.0.1:8001'] }],
  ['a piece of evidence that is none', Diagnosis, { ...good, evidence: [...good.evidence, 'the log'] }, good],
  ['too many steps', Diagnosis, { ...good, next_steps: Array(20).fill('x') }, { ...good, next_steps: Array(8).fill('x') }],
  ['a cause that is too long', Diagnosis, { ...good, root_cause: 'y'.repeat(3_000) }, { ...good, root_cause: 'y'.repeat(1_000) }],
])('%s', (_title, schema, given, mended) => {
  expect(mendArguments(schema, given)).toEqual(mended)
  expect(Value.Check(schema, mendArguments(schema, given))).toBe(true)
})

test.each([
  ['a number in words', FetchLogsArgs, { seconds: 'some', limit: 20 }],
  ['a missing argument', FetchLogsArgs, { seconds: 60 }],
  ['a status that nobody knows', Diagnosis, { ...good, status: 'sure' }],
  ['a confidence below nothing', Diagnosis, { ...good, confidence: -1 }],
  ['nothing', Diagnosis, null],
  ['a list', FetchLogsArgs, [1, 2]],
])('%s is left for the schema to refuse', (_title, schema, given) => {
  expect(Value.Check(schema, mendArguments(schema, given))).toBe(false)
})

test('what fits is not touched', () => {
  expect(mendArguments(Diagnosis, good)).toEqual(good)
})
