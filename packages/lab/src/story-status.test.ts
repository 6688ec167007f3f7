import { expect, it } from 'vitest'
import { formatStory, type LabStory } from './story-status.ts'

const calm: LabStory = { faults: [], alerts: [], incidents: [] }

it('says that nothing is wrong in three lines', () => {
  expect(formatStory(calm)).toEqual(['Faults       none', 'Alerts       none', 'Incidents    none'])
})

it('names the part that does not answer, and does not call that "none"', () => {
  expect(formatStory({ ...calm, alerts: null })).toContain('Alerts       unknown: Prometheus does not answer')
})

it('lists each fault, alert and incident on a line of its own, without those that page nobody', () => {
  const alert = (alertname: string, severity: string) => ({
    state: 'firing',
    labels: { alertname, severity },
    annotations: { summary: '75% of requests fail' },
  })
  const lines = formatStory({
    ...calm,
    faults: [
      { port: 8001, mode: 'errors', remaining_seconds: 90, p_error: 0.8 },
      { port: 8002, mode: 'errors', remaining_seconds: 90, p_error: 0.8 },
    ],
    alerts: [alert('Watchdog', 'none'), alert('ClusterWatched', 'none'), alert('InventoryErrorBurst', 'critical')],
  })
  expect(lines).toEqual([
    'Faults       8001      errors           90 s left  p_error 0.8',
    '             8002      errors           90 s left  p_error 0.8',
    'Alerts       firing   InventoryErrorBurst (critical): 75% of requests fail',
    'Incidents    none',
  ])
})
