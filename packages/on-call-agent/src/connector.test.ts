import { loadConfig } from '@oncall-lab/service-kit/config'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { nothingRemembered } from '../test-parts/nothing-remembered.ts'
import { CHANNELS } from './channels/channels.ts'
import { connectLists, settingsOf } from './connector.ts'
import { openAi } from './models/openai/connector.ts'
import { TARGETS } from './targets/targets.ts'
import { TRACKERS } from './trackers/trackers.ts'
import { TRIGGERS } from './triggers/triggers.ts'

const LISTS = { models: [openAi], targets: TARGETS, triggers: TRIGGERS, channels: CHANNELS, trackers: TRACKERS }
const connect = (env: Record<string, string> = {}) =>
  connectLists(LISTS, loadConfig(Type.Object(settingsOf(LISTS)), env), { onError: () => {}, remembered: nothingRemembered })
const factsOf = (env: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.values(connect(env))
      .flatMap(({ about }) => about)
      .map((facts) => [facts.id, facts]),
  )

const twilio = {
  TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'secret-token',
  TWILIO_WHATSAPP_NUMBER: 'whatsapp:+14155238886',
  USER_WHATSAPP_NUMBER: 'whatsapp:+4915112345678',
}
const jira = {
  JIRA_URL: 'https://example.atlassian.net',
  JIRA_EMAIL: 'a@example.com',
  JIRA_API_TOKEN: 'secret-token',
  JIRA_PROJECT_KEY: 'SHOP',
}
const github = { GITHUB_OWNER: 'acme', GITHUB_REPO: 'shop' }

test('without any credentials the model and the vendors are stand-ins on this machine', () => {
  expect(factsOf()).toMatchObject({
    model: { kind: 'stand_in', address: 'http://127.0.0.1:8090/v1', detail: 'oncall-rules-1' },
    whatsapp: { kind: 'stand_in', address: 'http://127.0.0.1:8089/twilio' },
    jira: { kind: 'stand_in', address: 'http://127.0.0.1:8089/jira', detail: 'project OPS' },
    github: { kind: 'stand_in', address: 'http://127.0.0.1:8089/github' },
    prometheus: { kind: 'real', address: 'http://127.0.0.1:9090' },
    alertmanager: { kind: 'real', address: 'http://127.0.0.1:9093' },
  })
  expect(connect().channels.ports[0]?.defaultContact).toBe('whatsapp:+15550100001')
})

test('the stand-ins can be elsewhere, and an address may end in a slash', () => {
  const facts = factsOf({ STAND_INS_URL: 'http://127.0.0.1:18089/', RULES_MODEL_URL: 'http://127.0.0.1:18090/v1/' })
  expect([facts.model?.address, facts.jira?.address]).toEqual(['http://127.0.0.1:18090/v1', 'http://127.0.0.1:18089/jira'])
})

test.each([
  [{ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' }, 'http://127.0.0.1:11434/v1', 'gpt-5-mini'],
  [{ OPENAI_API_KEY: 'sk-x' }, 'https://api.openai.com/v1', 'gpt-5-mini'],
  [{ OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: 'https://llm.example/v1', OPENAI_MODEL: 'big' }, 'https://llm.example/v1', 'big'],
])('%j uses that model and not the rules-model', (env, address, detail) => {
  expect(factsOf(env).model).toMatchObject({ kind: 'real', address, detail })
})

test('with all of their credentials the vendors are real, and no fact holds a secret', () => {
  const facts = factsOf({ ...twilio, ...jira, ...github, GITHUB_TOKEN: 'ghp_x' })
  expect(facts).toMatchObject({
    whatsapp: { kind: 'real', address: 'https://api.twilio.com' },
    jira: { kind: 'real', address: jira.JIRA_URL },
    github: { kind: 'real', address: 'https://api.github.com', detail: 'acme/shop' },
  })
  expect(JSON.stringify(facts)).not.toMatch(/secret-token|ghp_x/)
})

test.each([
  ['Twilio', twilio],
  ['Jira', jira],
  ['GitHub', github],
])('%s configured in part is an error that names what is missing', (vendor, whole) => {
  for (const missing of Object.keys(whole)) {
    const part = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== missing))
    expect(() => connect(part)).toThrow(`${vendor} is configured in part: set ${missing} too`)
  }
})

test('several vendors that are configured in part are named in one error', () => {
  expect(() => connect({ GITHUB_OWNER: 'acme', JIRA_URL: jira.JIRA_URL })).toThrow(/GITHUB_REPO[\s\S]*JIRA_EMAIL/)
})

test.each([
  ['TWILIO_ACCOUNT_SID', 'SK123', 'AC and 32 hexadecimal digits'],
  ['USER_WHATSAPP_NUMBER', '0151 12345678', 'whatsapp: and a number with its country code'],
  ['JIRA_URL', 'example.atlassian.net', 'an address that begins with http:// or https://'],
  ['JIRA_PROJECT_KEY', '1OPS', 'the project key, a capital letter and then'],
  ['OPENAI_BASE_URL', 'localhost:11434', 'an address that begins with http:// or https://'],
])('%s=%s is an error that says in words what it must be', (name, value, form) => {
  const load = () => connect({ ...twilio, ...jira, [name]: value })
  expect(load).toThrow(`${name} must be ${form}`)
  expect(load).toThrow(`got ${JSON.stringify(value)}`)
  expect(load).not.toThrow(/\^|\\|pattern/)
})

test('a number without "whatsapp:" or with spaces, and a project key in small letters, are accepted', () => {
  const facts = factsOf({ ...twilio, USER_WHATSAPP_NUMBER: '+49 151 1234-5678', ...jira, JIRA_PROJECT_KEY: 'shop' })
  expect(facts.whatsapp?.detail).toContain('from whatsapp:+14155238886 to whatsapp:+4915112345678')
  expect(facts.jira?.detail).toBe('project SHOP')
})

test('what is wrong for several connectors is said once', () => {
  expect(() => connect({ INFRASTRUCTURE: '/nowhere' })).toThrow(/^INFRASTRUCTURE: \/nowhere cannot be read as JSON: [^\n]+$/)
})
