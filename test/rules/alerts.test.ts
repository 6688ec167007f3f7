import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expandTests, readAlerts } from './expand.ts'
import { checkConfig, findPromtool, testRules } from './promtool.ts'
import { splitTests } from './split-tests.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const rulesFile = here('../../alerts.yaml')
const alerts = readAlerts(readFileSync(rulesFile, 'utf8'))
const names = [...new Set(alerts.map(({ alertname }) => alertname))]
const files = readdirSync(here('.')).filter((name) => name.endsWith('.test.yaml'))
const tests = files.map((file) => readFileSync(here(file), 'utf8')).join('\n')

describe('promtool', { timeout: 180_000 }, () => {
  let promtool: string
  let directory: string

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'oncall-lab-rules-'))
    promtool = await findPromtool()
  }, 180_000)
  afterAll(() => rmSync(directory, { recursive: true }))

  it.each(files)('finds that each alert fires when it should and only then: %s', async (file) => {
    const nameOf = (part: number) => join(directory, `${file}-${part}-rules.yaml`)
    const parts = splitTests(expandTests(readFileSync(here(file), 'utf8'), alerts, rulesFile), readFileSync(rulesFile, 'utf8'), nameOf)
    const written = parts.map(({ rules, tests: own }, part) => {
      writeFileSync(nameOf(part), rules)
      writeFileSync(join(directory, `${file}-${part}.yaml`), own)
      return join(directory, `${file}-${part}.yaml`)
    })
    const told = await testRules(promtool, ...written)
    expect(told.match(/SUCCESS/g)).toHaveLength(written.length)
  })

  it('takes the configuration', async () => {
    await checkConfig(promtool, here('../../prometheus.yaml'))
  })
})

describe('alerts.yaml', () => {
  it.each(alerts)('gives $alertname a severity, a service, a summary, a description and its own runbook', ({ alertname, ...alert }) => {
    expect(alert).toMatchObject({
      severity: expect.stringMatching(/^(critical|warning|none)$/),
      service: expect.any(String),
      annotations: {
        summary: expect.stringMatching(/.{15}/),
        description: expect.stringMatching(/^[A-Z].{30,}\.$/),
        runbook_url: `http://127.0.0.1:9093/runbooks/${alertname}`,
      },
    })
  })

  it.each(names)('%s has a test in which it fires', (name) => {
    expect(tests).toMatch(new RegExp(`alertname: ${name}\\n\\s+exp_alerts:`))
  })

  it.each(names.filter((name) => name !== 'Watchdog'))('%s has a test in which it stays silent', (name) => {
    expect(tests).toMatch(new RegExp(`alertname: ${name} \\}`))
  })

  it('holds the rule that users know, to the letter', () => {
    const rule = /- alert: InventoryHighErrorRate\n\s+expr: (.*)\n\s+for: (.*)\n/.exec(readFileSync(rulesFile, 'utf8'))
    expect(rule?.slice(1)).toEqual([
      'sum(rate(http_errors_total{job="inventory"}[1m])) / sum(rate(http_requests_total{job="inventory"}[1m])) > 0.2',
      '1m',
    ])
  })

  it('has a runbook for each alert, and no runbook is without an alert', () => {
    const runbooks = readdirSync(here('../../docs/runbooks')).map((file) => file.replace(/\.md$/, ''))
    expect(runbooks.toSorted()).toEqual(names.toSorted())
  })
})
