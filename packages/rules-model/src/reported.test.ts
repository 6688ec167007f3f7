import { describe, expect, test } from 'vitest'
import { investigate } from '../test-parts/investigate.ts'
import { createWorld, errorRate } from '../test-parts/simulated-world.ts'

const REPORTS = [
  ['the error rate', 'Customers say that checkout fails with errors'],
  ['the latency', 'The shop is slow for customers in Spain'],
  ['the CPU', 'High CPU usage seen by the team'],
  ['the availability', 'The shop is down for me'],
] as const

/** As POST /api/incidents and ServiceNow give it: a title in words, and the sender's own key. */
const reported = (title: string) =>
  createWorld({ alerts: [{ alertname: title, severity: 'warning', summary: title, labels: { external_id: 'INC0010001' } }] })

describe('a person reports what no reading shows', () => {
  test.each(REPORTS)('%s: at most moderate, what was looked at is said, and what to measure', (_, title) => {
    const { diagnosis } = investigate(reported(title))
    expect(diagnosis.status).not.toBe('false_alarm')
    expect(diagnosis.confidence).toBeLessThanOrEqual(0.6)
    if (diagnosis.cause !== 'nothing_wrong') return expect(diagnosis.cause).toBe('unknown')
    expect(diagnosis).toMatchObject({
      status: 'suspected',
      root_cause: expect.stringMatching(/no reading of inventory confirms it.*Looked at: /),
    })
    expect(diagnosis.next_steps.join()).toMatch(/from where they are|on which machine/)
    expect(diagnosis.evidence.length).toBeGreaterThan(0)
  })

  test('the words of errors, latency and CPU lead to this verdict and not to "cannot tell"', () => {
    const causes = REPORTS.slice(0, 3).map(([, title]) => investigate(reported(title)).diagnosis.cause)
    expect(causes).toEqual(['nothing_wrong', 'nothing_wrong', 'nothing_wrong'])
  })

  test('a report that a reading confirms is diagnosed as ever', () => {
    const [[, title]] = REPORTS
    const { diagnosis } = investigate({ ...reported(title), rate: errorRate(0.6) })
    expect(diagnosis.cause).not.toBe('nothing_wrong')
    expect(diagnosis.root_cause).not.toContain('no reading of')
  })
})

test('a test alert in a healthy shop is a false alarm, and surely', () => {
  const { diagnosis } = investigate(createWorld())
  expect(diagnosis).toMatchObject({ status: 'false_alarm', cause: 'nothing_wrong' })
  expect(diagnosis.confidence).toBeGreaterThanOrEqual(0.8)
})
