import { ConfigError, HttpUrl } from '@oncall-lab/service-kit/config'
import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { type Static, Type } from 'typebox'
import type { TwilioSettings } from './channels/whatsapp/client.ts'
import type { GitHubSettings } from './targets/github/client.ts'
import type { JiraSettings } from './trackers/jira/client.ts'

const Text = Type.Optional(Type.String({ minLength: 1 }))

/** The variables that choose between a real vendor and its stand-in. */
export const vendorSettings = {
  OPENAI_API_KEY: Text,
  OPENAI_BASE_URL: Type.Optional(HttpUrl),
  OPENAI_MODEL: Text,
  GITHUB_TOKEN: Text,
  GITHUB_OWNER: Text,
  GITHUB_REPO: Text,
  GITHUB_REF: Text,
  TWILIO_ACCOUNT_SID: Type.Optional(Type.String({ pattern: '^AC[0-9a-fA-F]{32}$' })),
  TWILIO_AUTH_TOKEN: Text,
  TWILIO_WHATSAPP_NUMBER: Type.Optional(Type.String({ pattern: '^whatsapp:\\+[1-9]\\d{6,14}$' })),
  USER_WHATSAPP_NUMBER: Type.Optional(Type.String({ pattern: '^whatsapp:\\+[1-9]\\d{6,14}$' })),
  JIRA_URL: Type.Optional(HttpUrl),
  JIRA_EMAIL: Text,
  JIRA_API_TOKEN: Text,
  JIRA_PROJECT_KEY: Type.Optional(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' })),
  /** Where the embedded ones are. */
  STAND_INS_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8089' }),
  RULES_MODEL_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8090/v1' }),
}
const Vendors = Type.Object(vendorSettings)
type VendorConfig = Static<typeof Vendors>

/** OpenAI's own address. */
const OPENAI_URL = 'https://api.openai.com/v1'
const OPENAI_DEFAULT_MODEL = 'gpt-5-mini'

/** Everything that the clients of the vendors need, and one line each on which is real. */
export interface ChosenVendors {
  model: { baseURL: string; apiKey: string; model: string }
  github: GitHubSettings
  twilio: TwilioSettings & { personOnCall: string }
  jira: JiraSettings
  lines: string[]
}

/** A vendor is real when its credentials are there, and a stand-in when none is. @throws ConfigError when only some are. */
export function chooseVendors(config: VendorConfig): ChosenVendors {
  const model = chooseModel(config)
  const twilio = chooseTwilio(config)
  const jira = chooseJira(config)
  const github = chooseGitHub(config)
  return {
    model,
    twilio,
    jira,
    github,
    lines: [
      `model: ${model.baseURL === config.RULES_MODEL_URL ? 'the embedded rules-model' : 'real'}, ${model.model} at ${model.baseURL}`,
      `WhatsApp: ${twilio.baseUrl ? `stand-in at ${twilio.baseUrl}` : 'real, Twilio'}, from ${twilio.from} to ${twilio.personOnCall}`,
      `Jira: ${jira.url.startsWith(config.STAND_INS_URL) ? 'stand-in' : 'real'}, project ${jira.projectKey} at ${jira.url}`,
      `code: ${github.baseUrl.startsWith(config.STAND_INS_URL) ? 'stand-in of GitHub' : 'real GitHub'}, ${github.owner}/${github.repo} at ${github.baseUrl}`,
    ],
  }
}

function chooseModel({ OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, RULES_MODEL_URL }: VendorConfig): ChosenVendors['model'] {
  if (!OPENAI_API_KEY && !OPENAI_BASE_URL) return { baseURL: RULES_MODEL_URL, apiKey: 'none', model: 'oncall-rules-1' }
  // A local server needs no key, and the SDK needs a text.
  return { baseURL: OPENAI_BASE_URL ?? OPENAI_URL, apiKey: OPENAI_API_KEY ?? 'none', model: OPENAI_MODEL ?? OPENAI_DEFAULT_MODEL }
}

function chooseTwilio(config: VendorConfig): ChosenVendors['twilio'] {
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_WHATSAPP_NUMBER, USER_WHATSAPP_NUMBER } = config
  const real = allOrNone('Twilio', { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_WHATSAPP_NUMBER, USER_WHATSAPP_NUMBER })
  if (real && real.TWILIO_ACCOUNT_SID !== STAND_IN.twilioAccountSid) {
    return {
      baseUrl: undefined,
      accountSid: real.TWILIO_ACCOUNT_SID,
      authToken: real.TWILIO_AUTH_TOKEN,
      from: real.TWILIO_WHATSAPP_NUMBER,
      personOnCall: real.USER_WHATSAPP_NUMBER,
    }
  }
  return {
    baseUrl: `${config.STAND_INS_URL}/twilio`,
    accountSid: STAND_IN.twilioAccountSid,
    authToken: STAND_IN.twilioAuthToken,
    from: STAND_IN.twilioWhatsappNumber,
    personOnCall: STAND_IN.userWhatsappNumber,
  }
}

function chooseJira(config: VendorConfig): ChosenVendors['jira'] {
  const { JIRA_URL, JIRA_EMAIL, JIRA_API_TOKEN, JIRA_PROJECT_KEY } = config
  const real = allOrNone('Jira', { JIRA_URL, JIRA_EMAIL, JIRA_API_TOKEN, JIRA_PROJECT_KEY })
  if (real) return { url: real.JIRA_URL, email: real.JIRA_EMAIL, apiToken: real.JIRA_API_TOKEN, projectKey: real.JIRA_PROJECT_KEY }
  return {
    url: `${config.STAND_INS_URL}/jira`,
    email: STAND_IN.jiraEmail,
    apiToken: STAND_IN.jiraApiToken,
    projectKey: STAND_IN.jiraProjectKey,
  }
}

/** A public repository can be read without a token. */
function chooseGitHub({ GITHUB_TOKEN, GITHUB_OWNER, GITHUB_REPO, GITHUB_REF, STAND_INS_URL }: VendorConfig): GitHubSettings {
  const real = allOrNone('GitHub', { GITHUB_OWNER, GITHUB_REPO })
  if (real)
    return { baseUrl: 'https://api.github.com', token: GITHUB_TOKEN, owner: real.GITHUB_OWNER, repo: real.GITHUB_REPO, ref: GITHUB_REF }
  return {
    baseUrl: `${STAND_INS_URL}/github`,
    token: STAND_IN.githubToken,
    owner: STAND_IN.githubOwner,
    repo: STAND_IN.githubRepo,
    ref: GITHUB_REF,
  }
}

function allOrNone<K extends string>(vendor: string, variables: Record<K, string | undefined>): Record<K, string> | undefined {
  const entries = Object.entries(variables) as [K, string | undefined][]
  const missing = entries.filter(([, value]) => value === undefined).map(([name]) => name)
  if (missing.length === entries.length) return undefined
  if (missing.length > 0) throw new ConfigError(`${vendor} is configured in part: set ${missing.join(', ')} too, or none of its variables.`)
  return variables as Record<K, string> // None is missing.
}
