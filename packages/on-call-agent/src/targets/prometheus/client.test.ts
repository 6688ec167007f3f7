import { expect, test } from 'vitest'
import { describeLookFaults, LOOK_TIMEOUT_MS, startAnswering } from '../../../test-parts/look-faults.ts'
import { createPrometheusClient } from './client.ts'

const VECTOR = { status: 'success', data: { resultType: 'vector', result: [{ metric: { job: 'a' }, value: [1, '2'] }] } }
const MATRIX = { status: 'success', data: { resultType: 'matrix', result: [{ metric: { job: 'a' }, values: [[1, 'NaN']] }] } }
const VALUES = { status: 'success', data: ['inventory'] }
const connect = (url: string) => createPrometheusClient(url, { timeoutMs: LOOK_TIMEOUT_MS })

describeLookFaults('Prometheus: a query', {
  system: 'Prometheus',
  start: () => startAnswering(VECTOR),
  look: (url, signal) => connect(url).query('up', signal),
})
describeLookFaults('Prometheus: the course of a query', {
  system: 'Prometheus',
  start: () => startAnswering(MATRIX),
  look: (url, signal) => connect(url).queryRange('up', 60, 2, signal),
})
describeLookFaults('Prometheus: the values of a label', {
  system: 'Prometheus',
  start: () => startAnswering(VALUES),
  look: (url, signal) => connect(url).labelValues('job', 60, signal),
})

test('a value that is no number is null, and a string is refused', async () => {
  await using matrix = await startAnswering(MATRIX)
  expect(await connect(matrix.url).queryRange('up', 60, 2)).toEqual([{ labels: { job: 'a' }, points: [[1, null]] }])
  await using text = await startAnswering({ data: { resultType: 'string', result: [1, 'a'] } })
  await expect(connect(text.url).query('"a"')).rejects.toMatchObject({ code: 'not_a_number' })
})
