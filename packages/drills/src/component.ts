import { Type } from 'typebox'

/** The grader's components, and the words by which people call each. */
const COMPONENTS = {
  inventory: ['inventory', 'shop', 'item service'],
  database: ['database', 'postgresql', 'postgres', 'db'],
  'load-balancer': ['load balancer', 'balancer', 'lb'],
  'process-manager': ['process manager', 'fleet manager', 'supervisor'],
  rule: ['alert rule', 'alerting rule', 'rule'],
  link: ['network path', 'network link', 'link', 'network', 'item store'],
  traffic: ['traffic', 'customers', 'clients', 'client', 'workload'],
  monitoring: ['prometheus', 'alertmanager', 'monitoring'],
  agent: ['on call agent'],
} as const

export type ComponentId = keyof typeof COMPONENTS
export const ComponentId = Type.Enum(Object.keys(COMPONENTS) as ComponentId[]) // The keys of a literal.

/**
 * The components that a free text names. What stands in parentheses is detail and counts only when nothing outside is a component: "inventory (database pool)" is
 * inventory. An address of an instance is inventory, and the name of a variable (DATABASE_URL) is no component.
 */
export function componentsNamed(text: string): Set<ComponentId> {
  const outside = namedIn(text.replaceAll(/\([^()]*\)/g, ' '))
  return outside.size > 0 ? outside : namedIn(text)
}

/** Words of all components, the longest first, so that "load balancer" is not taken for something shorter. */
const WORDS = Object.entries(COMPONENTS)
  .flatMap(([id, words]) => words.map((word) => ({ id: id as ComponentId, word }))) // The keys of a literal.
  .toSorted((a, b) => b.word.length - a.word.length)

function namedIn(text: string): Set<ComponentId> {
  let rest = ` ${text
    .replaceAll(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g, ' ')
    .toLowerCase()
    .replaceAll(/127\.0\.0\.1:\d+|localhost:\d+/g, ' inventory ')
    .replaceAll(/[^a-z0-9]+/g, ' ')} `
  const found = new Set<ComponentId>()
  for (const { id, word } of WORDS) {
    const plain = new RegExp(` ${word}s? `, 'g')
    if (!plain.test(rest)) continue
    found.add(id)
    rest = rest.replaceAll(new RegExp(` ${word}s? `, 'g'), '  ')
  }
  return found
}
