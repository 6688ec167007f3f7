import * as bearer from '@oncall-lab/service-kit/bearer-token'
import type { Service } from '@oncall-lab/service-kit/service'

const variable = 'AGENT_TOKEN'

/** The token that callers must show; undefined when none is asked for. @throws ConfigError for a listener that strangers reach and that asks for none. */
export function decideToken({ HOST, AGENT_TOKEN }: { HOST: string; AGENT_TOKEN?: string }): string | undefined {
  return bearer.decideToken({ host: HOST, token: AGENT_TOKEN, variable })
}

/** Refuses with 401 whoever does not show the token; health, metrics and the paths of vendors' webhooks are open. */
export function demandToken(app: Service, token: string, isOpen: (path: string) => boolean): void {
  bearer.demandToken(app, { token, variable, isOpen })
}
