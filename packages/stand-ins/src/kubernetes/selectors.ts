import type { KubernetesObject } from './kubernetes-object.ts'
import { badRequest } from './status-error.ts'

type Predicate = (object: KubernetesObject) => boolean

const EQUALITY = /^([\w./-]+)\s*(==|!=|=)\s*([\w./-]*)$/
const SET = /^([\w./-]+)\s+(in|notin)\s+\(([^()]*)\)$/
const PRESENCE = /^(!?)\s*([\w./-]+)$/

/** A label selector (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors). @throws StatusError 400. */
export function parseLabelSelector(text: string): Predicate {
  const parts = splitOutsideParentheses(text).map((part) => parseRequirement(part.trim()))
  return (object) => parts.every((fits) => fits(object.metadata.labels ?? {}))
}

function parseRequirement(text: string): (labels: Record<string, string>) => boolean {
  const [, key, operator, value] = EQUALITY.exec(text) ?? []
  if (key !== undefined) return (labels) => (labels[key] === value) === (operator !== '!=')
  const [, setKey, setOperator, list = ''] = SET.exec(text) ?? []
  if (setKey !== undefined) {
    const values = list.split(',').map((each) => each.trim())
    return (labels) => values.includes(labels[setKey] ?? '') === (setOperator === 'in')
  }
  const [, not, present] = PRESENCE.exec(text) ?? []
  if (present !== undefined) return (labels) => Object.hasOwn(labels, present) === (not === '')
  throw badRequest(`unable to parse requirement: found '${text}', expected: a label selector`)
}

function splitOutsideParentheses(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.filter((part) => part.trim() !== '')
}

/** The fields that can be selected by; others are refused as the API server does. */
const FIELD =
  /^(?:metadata\.(?:name|namespace)|spec\.nodeName|status\.phase|type|reason|involvedObject\.(?:kind|namespace|name|uid|fieldPath))$/

/** A field selector: `spec.nodeName=a,status.phase!=Failed`. @throws StatusError 400. */
export function parseFieldSelector(text: string): Predicate {
  const parts = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, field = '', operator, value = ''] = /^([\w.]+)(==|!=|=)(.*)$/.exec(part) ?? []
      if (operator === undefined) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`)
      if (!FIELD.test(field)) throw badRequest(`field label not supported: ${field}`)
      return (object: KubernetesObject) => (fieldOf(object, field) === value) === (operator !== '!=')
    })
  return (object) => parts.every((fits) => fits(object))
}

function fieldOf(object: KubernetesObject, path: string): string {
  let value: unknown = object
  for (const key of path.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return typeof value === 'string' ? value : ''
}
