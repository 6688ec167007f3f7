/** One alert of alerts.yaml, as far as the tests look at it. */
export interface AlertRule {
  alertname: string
  severity: string | undefined
  service: string | undefined
  annotations: Record<string, string>
}

/** Reads the alerts out of the text of alerts.yaml, which is laid out as there: `- alert:` begins one, annotations stand on one line each. */
export function readAlerts(rules: string): AlertRule[] {
  const blocks = rules.split(/^ {6}- (?=alert|record|name)/m).filter((block) => block.startsWith('alert: '))
  return blocks.map((block) => ({
    alertname: /^alert: (\w+)/.exec(block)?.[1] ?? '',
    severity: /severity: (\w+)/.exec(block)?.[1],
    service: /service: ("?[\w-]+|"\{\{.*\}\}")/.exec(block)?.[1],
    annotations: Object.fromEntries([...block.matchAll(/^ {10}(\w+): (["'])(.*)\2$/gm)].map(([, name = '', , text = '']) => [name, text])),
  }))
}

/**
 * The tests with each expected summary completed by what stands in the rule word for word: promtool compares all annotations, and only the summary holds
 * values. Paths of rule files are made absolute.
 */
export function expandTests(tests: string, alerts: AlertRule[], rulesFile: string): string {
  let alertname = ''
  return tests
    .split('\n')
    .map((line) => {
      alertname = /alertname: (\w+)/.exec(line)?.[1] ?? alertname
      const { description, runbook_url } = alerts.find((alert) => alert.alertname === alertname)?.annotations ?? {}
      return line
        .replace(
          /exp_annotations: \{ (summary: ".*") \}/,
          `exp_annotations: { $1, description: "${description}", runbook_url: "${runbook_url}" }`,
        )
        .replace('../../alerts.yaml', rulesFile)
    })
    .join('\n')
}
