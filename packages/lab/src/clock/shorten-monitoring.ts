import { shortenDuration } from './shorten-duration.ts'

/** Keys of `prometheus.yaml` and `alertmanager.yaml` that hold a time between two looks, or two messages. */
const PACE = /\b((?:scrape|evaluation|group|repeat|refresh)_(?:interval|timeout|wait)): (\w+)/g

/** Prometheus' or Alertmanager's configuration for the fast clock: all that is done again and again is done five times as often. */
export function shortenPace(text: string): string {
  return text.replaceAll(PACE, (_, key: string, duration: string) => `${key}: ${shortenDuration(duration)}`)
}
