import { loadConfig } from '@oncall-lab/service-kit/config'
import { STAND_IN_CREDENTIALS } from '@oncall-lab/stand-ins/api'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { chooseVendors, vendorSettings } from './vendors.ts'

const choose = (env: Record<string, string> = {}) => chooseVendors(loadConfig(Type.Object(vendorSettings), env))
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

test('without any credentials everything is a stand-in on this machine, and says so', () => {
  const chosen = choose()
  expect(chosen.model).toEqual({ baseURL: 'http://127.0.0.1:8090/v1', apiKey: 'none', model: 'oncall-rules-1' })
  expect(chosen.twilio).toMatchObject({
    baseUrl: 'http://127.0.0.1:8089/twilio',
    accountSid: STAND_IN_CREDENTIALS.twilioAccountSid,
    personOnCall: 'whatsapp:+15550100001',
  })
  expect(chosen.jira).toMatchObject({ url: 'http://127.0.0.1:8089/jira', projectKey: 'OPS' })
  expect(chosen.github).toMatchObject({ baseUrl: 'http://127.0.0.1:8089/github', owner: 'oncall-lab' })
  expect(chosen.lines).toEqual([
    'model: the embedded rules-model, oncall-rules-1 at http://127.0.0.1:8090/v1',
    expect.stringMatching(/^WhatsApp: stand-in at /),
    expect.stringMatching(/^Jira: stand-in, /),
    expect.stringMatching(/^code: stand-in of GitHub, /),
  ])
})

test('the stand-ins can be elsewhere', () => {
  const chosen = choose({ STAND_INS_URL: 'http://127.0.0.1:18089', RULES_MODEL_URL: 'http://127.0.0.1:18090/v1' })
  expect([chosen.model.baseURL, chosen.jira.url]).toEqual(['http://127.0.0.1:18090/v1', 'http://127.0.0.1:18089/jira'])
  expect(chosen.lines[0]).toContain('embedded')
})

test.each([
  [{ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' }, { baseURL: 'http://127.0.0.1:11434/v1', apiKey: 'none' }],
  [{ OPENAI_API_KEY: 'sk-x' }, { baseURL: 'https://api.openai.com/v1', apiKey: 'sk-x' }],
  [
    { OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: 'https://llm.example/v1', OPENAI_MODEL: 'big' },
    { baseURL: 'https://llm.example/v1', apiKey: 'sk-x', model: 'big' },
  ],
])('%j uses that model and nothing of the rules-model', (env, model) => {
  const chosen = choose(env)
  expect(chosen.model).toMatchObject(model)
  expect(JSON.stringify(chosen)).not.toContain('8090')
  expect(chosen.lines[0]).toMatch(/^model: real, /)
})

test('with all of their credentials the vendors are real', () => {
  const chosen = choose({ ...twilio, ...jira, GITHUB_OWNER: 'acme', GITHUB_REPO: 'shop', GITHUB_TOKEN: 'ghp_x' })
  expect(chosen.twilio).toEqual({
    baseUrl: undefined,
    accountSid: twilio.TWILIO_ACCOUNT_SID,
    authToken: 'secret-token',
    from: twilio.TWILIO_WHATSAPP_NUMBER,
    personOnCall: twilio.USER_WHATSAPP_NUMBER,
  })
  expect(chosen.jira).toEqual({ url: jira.JIRA_URL, email: jira.JIRA_EMAIL, apiToken: 'secret-token', projectKey: 'SHOP' })
  expect(chosen.github).toMatchObject({ baseUrl: 'https://api.github.com', owner: 'acme', repo: 'shop', token: 'ghp_x' })
  expect(chosen.lines.filter((line) => line.includes('real'))).toHaveLength(3)
  expect(chosen.lines.join()).not.toMatch(/secret-token|ghp_x/)
})

test.each([
  ['Twilio', twilio],
  ['Jira', jira],
  ['GitHub', { GITHUB_OWNER: 'acme', GITHUB_REPO: 'shop' }],
])('%s configured in part is an error that names what is missing', (vendor, whole) => {
  for (const missing of Object.keys(whole)) {
    const part = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== missing))
    expect(() => choose(part)).toThrow(`${vendor} is configured in part: set ${missing} too`)
  }
})

test.each([
  ['TWILIO_ACCOUNT_SID', 'SK123'],
  ['USER_WHATSAPP_NUMBER', '+15550100001'],
  ['JIRA_URL', 'example.atlassian.net'],
  ['OPENAI_BASE_URL', 'localhost:11434'],
])('%s=%s is an error that names it', (name, value) => {
  expect(() => choose({ ...twilio, ...jira, [name]: value })).toThrow(name)
})
