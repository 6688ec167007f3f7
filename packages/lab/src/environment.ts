import { shownSetting } from '@oncall-lab/service-kit/config'
import { CliError } from './cli-error.ts'

type Environment = Record<string, string | undefined>

/** How a variable may be written, and the one form that the parts take; `undefined` where nothing can be made of it. */
interface Spelling {
  tidy: (text: string) => string | undefined
  wanted: string
}

const ADDRESS: Spelling = {
  tidy: (text) => {
    const url = URL.parse(/^[a-z][a-z+.-]*:\/\//i.test(text) ? text : `https://${text}`)
    const isPlain = url && /^https?:$/.test(url.protocol) && !/[?#@]/.test(text)
    return isPlain ? url.href.replace(/(?<!\/)\/+$/, '') : undefined
  },
  wanted: 'an http or https address without a user, a query or a fragment, e.g. https://example.atlassian.net',
}

const WHATSAPP_NUMBER: Spelling = {
  tidy: (text) => {
    const number = text.replace(/^whatsapp:/i, '').replaceAll(/[\s().-]/g, '')
    return /^\+[1-9]\d{6,14}$/.test(number) ? `whatsapp:${number}` : undefined
  },
  wanted: 'a telephone number with its country code, e.g. +14155238886',
}

const SPELLINGS: Record<string, Spelling> = {
  OPENAI_BASE_URL: ADDRESS,
  JIRA_URL: ADDRESS,
  PUBLIC_URL: ADDRESS,
  GRAFANA_URL: ADDRESS,
  TWILIO_WHATSAPP_NUMBER: WHATSAPP_NUMBER,
  USER_WHATSAPP_NUMBER: WHATSAPP_NUMBER,
  TWILIO_ACCOUNT_SID: {
    tidy: (text) => (/^ac[0-9a-f]{32}$/i.test(text) ? `AC${text.slice(2)}` : undefined),
    wanted: 'the account SID of the Twilio console: AC and 32 hexadecimal digits',
  },
  JIRA_PROJECT_KEY: {
    tidy: (text) => (/^[a-z][a-z0-9_]*$/i.test(text) ? text.toUpperCase() : undefined),
    wanted: 'the key in front of the number of an issue: for OPS-12 it is OPS',
  },
  LOG_LEVEL: {
    tidy: (text) => (/^(silent|debug|info|warn|error)$/i.test(text) ? text.toLowerCase() : undefined),
    wanted: 'silent, debug, info, warn or error',
  },
}

/** A vendor is real when all of its variables are set. */
const TOGETHER: Record<string, string[]> = {
  Twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_WHATSAPP_NUMBER', 'USER_WHATSAPP_NUMBER'],
  Jira: ['JIRA_URL', 'JIRA_EMAIL', 'JIRA_API_TOKEN', 'JIRA_PROJECT_KEY'],
  GitHub: ['GITHUB_OWNER', 'GITHUB_REPO'],
}

/** The environment with every variable that can be read written as the parts want it: no slash at the end, the right case, `whatsapp:` in front. */
export function tidyEnvironment(env: Environment): Environment {
  const tidied = Object.entries(SPELLINGS).flatMap(([name, { tidy }]) => {
    const value = env[name]?.trim()
    const good = value && tidy(value)
    return good ? [[name, good]] : []
  })
  return { ...env, ...Object.fromEntries(tidied) }
}

/** @throws CliError that names every variable that cannot be read, and every vendor that is configured in part. */
export function demandUsableEnvironment(env: Environment): void {
  const misread = Object.entries(SPELLINGS).flatMap(([name, { tidy, wanted }]) => {
    const value = env[name]?.trim()
    return value && tidy(value) === undefined ? [`${name} must be ${wanted}; got ${shownSetting(name, value)}.`] : []
  })
  const partial = Object.entries(TOGETHER).flatMap(([vendor, names]) => {
    const missing = names.filter((name) => !env[name]?.trim())
    if (missing.length === 0 || missing.length === names.length) return []
    return [`${vendor} is configured in part: set ${missing.join(', ')} too, or none of its variables.`]
  })
  const problems = [...misread, ...partial]
  if (problems.length) throw new CliError(`The environment or .env cannot be used; nothing was started.\n  ${problems.join('\n  ')}`)
}
