import { parse, stringify } from 'yaml'

interface Rule {
  alert?: string
  record?: string
  expr: string
}

interface Rules {
  groups: { name: string; rules: Rule[] }[]
}

interface RuleTest {
  alert_rule_test?: { alertname: string }[]
  promql_expr_test?: { expr: string }[]
}

/** A file of rules and the tests that need no other rule, both as YAML; `rulesFile` is what the tests call it. */
export interface TestPart {
  rules: string
  tests: string
}

/**
 * The tests by the rules that they need: promtool evaluates all rules of its file at each step of each test, and a test of one alert needs that alert and what it reads. A test that asks a query of
 * its own, such as for every alert that fires, needs all of them.
 */
export function splitTests(tests: string, rules: string, nameOf: (part: number) => string): TestPart[] {
  const all = parse(rules) as Rules // As Prometheus checks it.
  const file = parse(tests) as { tests: RuleTest[] } // As promtool checks it.
  const byRules = Map.groupBy(file.tests, (test) => stringify(neededRules(test, all), { lineWidth: 0 }))
  return [...byRules].map(([needed, own], part) => ({
    rules: needed,
    tests: stringify({ ...file, rule_files: [nameOf(part)], tests: own }, { lineWidth: 0, aliasDuplicateObjects: false }),
  }))
}

function neededRules({ alert_rule_test = [], promql_expr_test = [] }: RuleTest, all: Rules): Rules {
  if (promql_expr_test.length > 0) return all
  const every = all.groups.flatMap(({ rules }) => rules)
  const needed = new Set(every.filter(({ alert }) => alert_rule_test.some(({ alertname }) => alertname === alert)))
  // A set gives what is added while it is gone through: what a recording rule reads is recorded too.
  for (const { expr } of needed) for (const rule of every) if (rule.record !== undefined && expr.includes(rule.record)) needed.add(rule)
  const groups = all.groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => needed.has(rule)) }))
  return { ...all, groups: groups.filter(({ rules }) => rules.length > 0) }
}
