type Environment = Record<string, string | undefined>

/** True when the embedded rules-model plays the model: nobody named another one. */
export function usesEmbeddedModel(env: Environment): boolean {
  return !env.OPENAI_API_KEY && !env.OPENAI_BASE_URL
}

/** The variables of the environment that configure the model and the vendors; only the agent gets them. */
export function vendorVariables(env: Environment): Record<string, string> {
  const wanted = /^(OPENAI|TWILIO|JIRA|GITHUB)_|^USER_WHATSAPP_NUMBER$/
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (wanted.test(name) && value ? [[name, value]] : [])))
}

/** What the agent says about its vendors in `GET /healthz`: who is real, and who is a stand-in. */
export interface AgentHealth {
  ok: boolean
  /** One line each, `<what>: real, …` or `<what>: stand-in …`. */
  vendors: string[]
}

/** True when the agent's line about `what` (`WhatsApp`, `Jira`) says that the real one is used. */
export function isReal(what: 'WhatsApp' | 'Jira', vendors: string[]): boolean {
  return vendors.some((line) => line.startsWith(`${what}: real`))
}
