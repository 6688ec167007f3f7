import { createHttpClient, type HttpClient } from '@oncall-lab/service-kit/http-client'
import type { Lab } from './lab.ts'

/** What AGENT_TOKEN says of the agent: the token that its callers show; undefined when it asks for none. */
export function agentToken({ AGENT_TOKEN }: Lab['env']): string | undefined {
  return AGENT_TOKEN && AGENT_TOKEN !== 'off' ? AGENT_TOKEN : undefined
}

/** AGENT_TOKEN for a part that needs it: the agent, and who calls it. */
export function agentTokenVariable({ AGENT_TOKEN }: Lab['env']): { AGENT_TOKEN?: string } {
  return AGENT_TOKEN ? { AGENT_TOKEN } : {}
}

/** The variables of the environment that configure the gateway. */
export function gatewayVariables(env: Lab['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      /^GATEWAY_(TOKEN|URL|ALLOWED_HOSTS|RATE|CALLBACKS|CALLBACK_SECRET|AGENTS|AGENTS_TOKEN)$/.test(name) && value ? [[name, value]] : [],
    ),
  )
}

/** A connection to the lab's agent that shows its token. */
export function callAgent({ book, env }: Pick<Lab, 'book' | 'env'>, timeoutMs: number): HttpClient {
  return createHttpClient({ name: 'The on-call agent', baseUrl: book.url('agent'), timeoutMs, token: agentToken(env) })
}
