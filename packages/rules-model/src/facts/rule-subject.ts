/** A selector of an expression: the metric, and what its matchers demand of the labels. */
interface Selector {
  metric: string
  labels: Map<string, { operator: string; value: string }>
}

/** Standard names of what a service itself counts of its requests, and recording rules over them. */
const OWN_REQUESTS = /(^|:)http_/

/**
 * Whether an expression is about what the readings count: the requests of this job itself, and of the errors those with 5xx. One about a proxy in front, another job or
 * refused requests cannot be contradicted by them.
 */
export function isAboutOwnRequests(expression: string, job: string): boolean {
  const selectors = selectorsIn(expression)
  return (
    selectors.length > 0 &&
    selectors.every((selector) => OWN_REQUESTS.test(selector.metric) && isOf(job, selector)) &&
    !onlyRefusals(selectors)
  )
}

/** Whether an expression is about how long something takes. */
export const isAboutTime = (expression: string) =>
  selectorsIn(expression).some(({ metric }) => /_(seconds|duration|latency|ms|milliseconds)(_|$)/.test(metric))

function isOf(job: string, { labels }: Selector): boolean {
  const named = labels.get('job') ?? labels.get('service')
  return named === undefined || allows(named, job)
}

function onlyRefusals(selectors: Selector[]): boolean {
  return selectors.some(({ labels }) => {
    const status = labels.get('status') ?? labels.get('code') ?? labels.get('status_code')
    return status !== undefined && ['500', '502', '503', '504'].every((code) => !allows(status, code))
  })
}

/** As Prometheus matches: regular expressions are anchored. One that cannot be read as one of JavaScript allows everything. */
function allows({ operator, value }: { operator: string; value: string }, text: string): boolean {
  const isNegative = operator.startsWith('!')
  if (operator === '=' || operator === '!=') return (value === text) !== isNegative
  // What only alternatives and single characters are made of can take no long time; the rest is not judged.
  if (!/^[\w.|()[\]:-]{1,80}$/.test(value)) return true
  return new RegExp(`^(?:${value})$`).test(text) !== isNegative
}

function selectorsIn(expression: string): Selector[] {
  const plain = expression.slice(0, 2_000)
  return [...plain.matchAll(/(?<![\w:])([a-zA-Z_:][\w:]*)\s*(?:\{([^{}]*)\}|(?=\[))/g)].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: new Map(
      [...matchers.matchAll(/(?<!\w)(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)].map(([, name = '', operator = '', value = '']) => [
        name,
        { operator, value },
      ]),
    ),
  }))
}
