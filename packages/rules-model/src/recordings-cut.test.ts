import { describe, expect, test } from 'vitest'
import { TRUTHS } from '../test-parts/recorded-truths.ts'
import { investigateRecording, readRecording } from '../test-parts/replay.ts'

const FUNCTIONS = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'list_changes', 'fetch_code_from_github']
/** From here on a wrong diagnosis is confidently wrong. */
const CONFIDENT = 0.7

describe.each(Object.entries(TRUTHS))('%s', (name, { causes }) => {
  test.each(FUNCTIONS)('without %s it is told right or not with confidence', (failing) => {
    const { diagnosis } = investigateRecording(readRecording(name), failing)
    const { cause = 'unknown', confidence, status } = diagnosis
    const right = causes.includes(cause) || (status === 'recovered' && causes.includes('recovered'))
    if (!right) expect(confidence, `${cause} ${status}`).toBeLessThan(CONFIDENT)
  })
})
