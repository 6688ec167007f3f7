import { expect, it } from 'vitest'
import { demandUsableEnvironment, tidyEnvironment } from './environment.ts'

it.each([
  ['JIRA_URL', 'https://example.atlassian.net/', 'https://example.atlassian.net'],
  ['JIRA_URL', 'Example.Atlassian.net', 'https://example.atlassian.net'],
  ['OPENAI_BASE_URL', ' http://127.0.0.1:11434/v1// ', 'http://127.0.0.1:11434/v1'],
  ['TWILIO_WHATSAPP_NUMBER', '+1 (415) 523-8886', 'whatsapp:+14155238886'],
  ['USER_WHATSAPP_NUMBER', 'WhatsApp:+491701234567', 'whatsapp:+491701234567'],
  ['JIRA_PROJECT_KEY', 'ops', 'OPS'],
  ['LOG_LEVEL', 'INFO', 'info'],
])('%s=%s is read as %s', (name, value, read) => {
  expect(tidyEnvironment({ [name]: value })[name]).toBe(read)
  demandUsableEnvironment({ LOG_LEVEL: 'info' })
})

it('leaves alone what it does not know or cannot read', () => {
  expect(tidyEnvironment({ PATH: '/bin/', JIRA_URL: 'ftp://x', JIRA_EMAIL: 'A@b.c' })).toEqual({
    PATH: '/bin/',
    JIRA_URL: 'ftp://x',
    JIRA_EMAIL: 'A@b.c',
  })
})

it('names every vendor that is configured in part and every value that cannot be read, in words', () => {
  const env = { JIRA_URL: 'https://x.y', TWILIO_ACCOUNT_SID: 'AC123', GITHUB_OWNER: 'me', USER_WHATSAPP_NUMBER: '0170 1234567' }
  expect(() => demandUsableEnvironment(env)).toThrow(
    `The environment or .env cannot be used; nothing was started.
  USER_WHATSAPP_NUMBER must be a telephone number with its country code, e.g. +14155238886; got "0170 1234567".
  TWILIO_ACCOUNT_SID must be the account SID of the Twilio console: AC and 32 hexadecimal digits; got "AC123".
  Twilio is configured in part: set TWILIO_AUTH_TOKEN, TWILIO_WHATSAPP_NUMBER too, or none of its variables.
  Jira is configured in part: set JIRA_EMAIL, JIRA_API_TOKEN, JIRA_PROJECT_KEY too, or none of its variables.
  GitHub is configured in part: set GITHUB_REPO too, or none of its variables.`,
  )
})

it.each(['https://me:hunter2@jira.example', 'https://jira.example/?x=1', 'https://jira.example/#x'])(
  'refuses the address %s and prints no password',
  (JIRA_URL) => {
    const check = () => demandUsableEnvironment({ JIRA_URL, JIRA_EMAIL: 'a@b.c', JIRA_API_TOKEN: 't', JIRA_PROJECT_KEY: 'OPS' })
    expect(check).toThrow('JIRA_URL must be an http or https address without a user, a query or a fragment')
    expect(check).not.toThrow(/hunter2/)
  },
)

it('accepts an environment without any vendor, and empty values', () => {
  demandUsableEnvironment({ JIRA_URL: '', OPENAI_BASE_URL: ' ' })
})
