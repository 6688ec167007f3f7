import { until } from '@oncall-lab/test-kit/until'
import type { AddressBook } from '../../src/address-book.ts'

/** An alert of Prometheus' `GET /api/v1/alerts`. */
export interface FiringAlert {
  state: string
  labels: Record<string, string>
  annotations: Record<string, string>
  activeAt: string
}

const FIRES_WITHIN_SECONDS = 120
const CALM_WITHIN_SECONDS = 240

async function firingNow(book: AddressBook): Promise<FiringAlert[]> {
  const answer = await fetch(`${book.url('prometheus')}/api/v1/alerts`)
  const { data } = (await answer.json()) as { data: { alerts: FiringAlert[] } } // Prometheus' documented form.
  return data.alerts.filter(({ state, labels }) => state === 'firing' && labels.severity !== 'none')
}

/** Waits until this alert fires, and returns it. */
export const firing = (book: AddressBook, alertname: string): Promise<FiringAlert[]> =>
  until(
    `${alertname} to fire`,
    async () => {
      const found = (await firingNow(book)).filter(({ labels }) => labels.alertname === alertname)
      return found.length > 0 ? found : undefined
    },
    FIRES_WITHIN_SECONDS,
  )

/** Waits until no alert fires. */
export const calm = (book: AddressBook): Promise<true> =>
  until('the alerts to end', async () => ((await firingNow(book)).length === 0 ? true : undefined), CALM_WITHIN_SECONDS)
