import type { ErrorRateResult } from '@oncall-lab/on-call-agent/functions'
import type { Alert } from './alerts.ts'

/** What is felt, not why. */
export type Symptom = 'errors' | 'latency' | 'cpu' | 'memory' | 'availability' | 'database' | 'traffic' | 'monitoring' | 'disk'

const WORDS: [Symptom, RegExp][] = [
  ['errors', /error|5xx|failure|failing|exception/i],
  ['latency', /latency|slow|duration|response ?time|p9\d|\banswers? .* take/i],
  ['database', /database|\bdb\b|\bpool\b|\bsql\b|postgres|connection slots/i],
  ['traffic', /traffic|no ?requests|request ?rate|throughput|\brps\b|orders|\bsales\b/i],
  ['monitoring', /target ?(down|missing|s)|scrape|prometheus|watchdog|part ?down|stale|exporter/i],
  ['disk', /disk|filesystem|file system|inode|volume|no space/i],
  ['cpu', /cpu|saturat|throttl|load ?average|of a core/i],
  ['memory', /memory|\brss\b|\boom\b|oomkilled|heap|\bswap/i],
  [
    'availability',
    /down\b|restart|crash|fatal|giv(en|es) up|retry|unavailable|absent|unreachable|flap|not answer|no instance|healthcheck|no ?endpoints|without ?endpoints|not ?ready|pending|does not respond|instances? ?(lost|gone|missing)|are gone|replicas ?(missing|mismatch|unavailable)/i,
  ],
]

/** Errors above this part of all requests are a symptom in themselves, alerted or not. */
export const NOTABLE_ERROR_RATE = 0.02

/** Sorts alerts by the words of their names (their summaries where the name tells nothing) and adds what the error rate shows. */
export function symptomsOf(alerts: Alert[], rate: ErrorRateResult | undefined): Set<Symptom> {
  const symptoms = new Set<Symptom>()
  for (const { alertname, summary } of alerts) {
    const byName = WORDS.filter(([, words]) => words.test(splitWords(alertname)))
    const found = byName.length > 0 ? byName : WORDS.filter(([, words]) => words.test(summary))
    for (const [symptom] of found) symptoms.add(symptom)
  }
  const worst = Math.max(rate?.last_minute.error_rate ?? 0, rate?.last_15_seconds.error_rate ?? 0)
  if (worst > NOTABLE_ERROR_RATE) symptoms.add('errors')
  return symptoms
}

/** `InventoryHighErrorRate` as `Inventory High Error Rate InventoryHighErrorRate`. */
function splitWords(name: string): string {
  return `${name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ')} ${name}`
}

/** True when an alert is about failing requests, or says nothing that could be told. */
export function isAboutErrors({ alerts }: { alerts: Alert[] }): boolean {
  const symptoms = symptomsOf(alerts, undefined)
  return symptoms.size === 0 || symptoms.has('errors')
}
