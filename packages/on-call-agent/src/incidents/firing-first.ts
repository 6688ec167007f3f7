/** Does the work with what fires first and gives the results in the given order: an incident in which some alerts end and others begin must not close in between. */
export function firingFirst<Alert extends { status: 'firing' | 'resolved' }, Result>(
  alerts: Alert[],
  work: (alert: Alert) => Result,
): Result[] {
  const results: Result[] = []
  for (const status of ['firing', 'resolved'] as const)
    for (const [i, alert] of alerts.entries()) if (alert.status === status) results[i] = work(alert)
  return results
}
