/** Who plays a vendor's part: the vendor, because its credentials are in the environment, or what the lab brings along. */
export interface Vendor {
  name: 'model' | 'WhatsApp' | 'Jira' | 'GitHub'
  real: boolean
  /** What to tell a person, e.g. `rules-model (embedded; no OPENAI_API_KEY is set)`. */
  description: string
}

type Environment = Record<string, string | undefined>

/** The vendors as the agent will see them, given the same environment. */
export function describeVendors(env: Environment): Record<'model' | 'whatsapp' | 'jira' | 'github', Vendor> {
  const model = env.OPENAI_BASE_URL || env.OPENAI_API_KEY
  return {
    model: {
      name: 'model',
      real: Boolean(model),
      description: model
        ? `${env.OPENAI_MODEL || 'the default model'} at ${env.OPENAI_BASE_URL || 'api.openai.com'}`
        : 'the embedded rules-model (no OPENAI_API_KEY, no OPENAI_BASE_URL)',
    },
    whatsapp: pick('WhatsApp', env, { needs: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'], real: 'Twilio' }),
    jira: pick('Jira', env, { needs: ['JIRA_URL', 'JIRA_EMAIL', 'JIRA_API_TOKEN'], real: env.JIRA_URL ?? '' }),
    github: pick('GitHub', env, { needs: ['GITHUB_TOKEN', 'GITHUB_OWNER', 'GITHUB_REPO'], real: 'github.com' }),
  }
}

function pick(name: Vendor['name'], env: Environment, { needs, real }: { needs: string[]; real: string }): Vendor {
  const missing = needs.filter((variable) => !env[variable])
  return missing.length
    ? { name, real: false, description: `the stand-in on this machine (${missing.join(', ')} not set)` }
    : { name, real: true, description: `${real}, with the credentials of the environment` }
}

/** The variables of the environment that configure the model and the vendors; only the agent gets them. */
export function vendorVariables(env: Environment): Record<string, string> {
  const wanted = /^(OPENAI|TWILIO|JIRA|GITHUB)_|^USER_WHATSAPP_NUMBER$/
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (wanted.test(name) && value ? [[name, value]] : [])))
}
