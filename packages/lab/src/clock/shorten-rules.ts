import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml'
import { FASTER } from './clock.ts'
import { shortenDuration } from './shorten-duration.ts'
import { dimensionOf, metricsOf, shortenExpression } from './shorten-expression.ts'

/** A process starts and stops in the time that it takes, on any clock: an alert about processes waits at least as long. */
export const PROCESS_SECONDS = 10

/** True for a rule that waits for processes to come and go. */
export function isAboutProcesses(expression: string): boolean {
  return metricsOf(expression).some((metric) => metric === 'up' || metric.startsWith('process_manager_'))
}

/** A file of Prometheus rules for the fast clock, see `shortenExpression`; `for` and `keep_firing_for` are a fifth, and so are the windows that its texts name. */
export function shortenRules(text: string): string {
  const document = parseDocument(text)
  const recorded = new Map<string, number>()
  for (const rule of rulesOf(document.get('groups'))) {
    const expression = String(rule.get('expr'))
    const name = rule.get('record')
    if (typeof name === 'string') recorded.set(name, dimensionOf(expression, recorded))
    rule.set('expr', shortenExpression(expression, recorded))
    const least = isAboutProcesses(expression) ? PROCESS_SECONDS : 0
    for (const key of ['for', 'keep_firing_for']) {
      const duration = rule.get(key)
      if (typeof duration === 'string') rule.set(key, shortenDuration(duration, least))
    }
    const annotations = rule.get('annotations')
    if (isMap(annotations)) for (const { value } of annotations.items) if (isScalar(value)) value.value = shortenText(String(value.value))
  }
  return document.toString({ lineWidth: 0 })
}

/** The windows that a sentence names, for the fast clock: `last minute` becomes `last 12 s`. */
export function shortenText(text: string): string {
  return text.replaceAll(/\b(last|for) (?:minute|(\d+) (s|minutes))\b/g, (_, before: string, count = '1', unit = 'minutes') => {
    return `${before} ${(Number(count) * (unit === 's' ? 1 : 60)) / FASTER} s`
  })
}

function rulesOf(groups: unknown): YAMLMap[] {
  const items = (node: unknown) => (typeof node === 'object' && node !== null && 'items' in node ? (node.items as unknown[]) : [])
  return items(groups)
    .filter(isMap)
    .flatMap((group) => items(group.get('rules')).filter(isMap))
}
