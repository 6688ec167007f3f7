import type { ConnectorFacts } from '@oncall-lab/on-call-agent/api'

type Environment = Record<string, string | undefined>

/** True when the embedded rules-model is asked: it plays the model because nobody named another one, or it reads that one's diagnoses again. */
export function usesRulesModel(env: Environment): boolean {
  return (!env.OPENAI_API_KEY && !env.OPENAI_BASE_URL) || env.SECOND_READER !== 'off'
}

/** The variables of the environment that configure the model and the vendors; only the agent gets them. */
export function vendorVariables(env: Environment): Record<string, string> {
  const wanted =
    /^(OPENAI|MODEL|INVESTIGATION|ACTIONS|TWILIO|JIRA|GITHUB|SERVICENOW|OTEL)_|^(INFRASTRUCTURE|INVESTIGATIONS_AT_ONCE|OWN_LINKS|SECOND_READER|MCP_SERVERS|INQUIRY_SERVICE|NOTIFY_URLS|NOTIFY_SECRET|BUNDLE_DIR|BUNDLES_KEPT|BUNDLE_MAX_MB|USER_WHATSAPP_NUMBER|ONCALL_CONTACTS|ESCALATE_AFTER|RETENTION_DAYS|PAGES_PER_HOUR|SMTP_URL|MAIL_FROM|WEBHOOK_SECRET)$/
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (wanted.test(name) && value ? [[name, value]] : [])))
}

/** `GET /healthz` of the agent, as far as we read it. */
export interface AgentHealth {
  ok: boolean
  connectors: ConnectorFacts[]
}

/** True when the agent speaks to the real one. */
export function isReal(id: 'whatsapp' | 'jira', connectors: ConnectorFacts[]): boolean {
  return connectors.some((facts) => facts.id === id && facts.kind === 'real')
}

/** One connector for people: `WhatsApp: stand-in at http://127.0.0.1:8089/twilio, from … to …`. */
export function describeConnector({ name, kind, address, detail, why }: ConnectorFacts): string {
  if (kind === 'off') return `${name}: off${why ? `, ${why}` : ''}`
  return `${name}: ${kind === 'real' ? 'real' : 'stand-in'}${address ? ` at ${address}` : ''}${detail ? `, ${detail}` : ''}`
}
