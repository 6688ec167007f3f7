import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { demandUsableEnvironment, tidyEnvironment } from '../packages/lab/src/environment.ts'
import { vendorVariables } from '../packages/lab/src/vendors.ts'
import { CHANNELS } from '../packages/on-call-agent/src/channels/channels.ts'
import { settingsOf } from '../packages/on-call-agent/src/connector.ts'
import { openAi } from '../packages/on-call-agent/src/models/openai/connector.ts'
import { TARGETS } from '../packages/on-call-agent/src/targets/targets.ts'
import { TRACKERS } from '../packages/on-call-agent/src/trackers/trackers.ts'
import { TRIGGERS } from '../packages/on-call-agent/src/triggers/triggers.ts'
import { loadConfig } from '../packages/service-kit/src/config.ts'

// The lab reads vendors' variables before it starts anything, because starting the agent only to ask it takes half a second; the agent reads them when it starts.
const LISTS = { models: [openAi], targets: TARGETS, triggers: TRIGGERS, channels: CHANNELS, trackers: TRACKERS }
const settings = { type: 'object', properties: settingsOf(LISTS) }
const readByAgent = (env: Record<string, string | undefined>) => loadConfig(settings, env) as Record<string, unknown>

test.each([
  ['JIRA_URL', 'https://example.atlassian.net/'],
  ['JIRA_URL', 'Example.Atlassian.net'],
  ['OPENAI_BASE_URL', ' http://127.0.0.1:11434/v1// '],
  ['PUBLIC_URL', 'lab.example.com'],
  ['TWILIO_WHATSAPP_NUMBER', '+1 (415) 523-8886'],
  ['USER_WHATSAPP_NUMBER', 'WhatsApp:+491701234567'],
  ['TWILIO_ACCOUNT_SID', `ac${'0'.repeat(32)}`],
  ['JIRA_PROJECT_KEY', 'ops'],
])('what the lab makes of %s=%s is what the agent takes', (name, value) => {
  const tidied = tidyEnvironment({ [name]: value })
  expect(readByAgent(tidied)[name]).toBe(tidied[name])
})

test.each([
  ['JIRA_URL', 'ftp://x'],
  ['OPENAI_BASE_URL', 'ws://127.0.0.1:1'],
  ['PUBLIC_URL', 'ftp://lab.example.com'],
  ['TWILIO_WHATSAPP_NUMBER', '0170 1234567'],
  ['USER_WHATSAPP_NUMBER', 'me@example.com'],
  ['TWILIO_ACCOUNT_SID', 'AC123'],
  ['JIRA_PROJECT_KEY', '7OPS'],
])('neither the lab nor the agent takes %s=%s', (name, value) => {
  const env = tidyEnvironment({ [name]: value })
  expect(() => demandUsableEnvironment(env)).toThrow(`${name} must be`)
  expect(() => readByAgent(env)).toThrow(`${name} must be`)
})

test('every variable of .env.example that only the agent reads gets to it', () => {
  const root = `${import.meta.dirname}/..`
  const source = readFileSync(`${root}/packages/on-call-agent/src/main.ts`, 'utf8')
  const files = ['functions/limits', 'actions/policy', 'tape/settings', 'models/openai/settings']
  const settings = files.map((file) => readFileSync(`${root}/packages/on-call-agent/src/${file}.ts`, 'utf8')).join('\n')
  const read = new Set([
    ...Object.keys(settingsOf(LISTS)),
    ...[...`${source}\n${settings}`.matchAll(/^ {2}([A-Z][A-Z0-9_]{3,}):/gm)].map(([, name = '']) => name),
  ])
  const [forPeople = ''] = readFileSync(`${root}/.env.example`, 'utf8').split('# Set by the lab or by docker-compose.yaml')
  const named = [...forPeople.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name)
  // The lab gives these its own values.
  const own = ['PUBLIC_URL', 'SHOP_DATABASE_URL', 'FLEET']
  const wanted = named.filter((name) => read.has(name) && !own.includes(name))
  expect(wanted.length).toBeGreaterThan(30)
  expect(wanted.filter((name) => vendorVariables({ [name]: 'x' })[name] !== 'x')).toEqual([])
})
