import { AgentCard } from '@a2a-js/sdk'
import { duplicateInterfacesForLegacy } from '@a2a-js/sdk/compat/v0_3'
import type { Capabilities } from '@oncall-lab/on-call-agent/api'
import { describeSpecialist, type Specialist } from '../helpdesk/specialists.ts'

/** The card of a specialist, or of the orchestrator, in the protocol's version 1.0. */
export function agentCard(
  specialist: Specialist,
  capabilities: Capabilities,
  { url, hasToken }: { url: string; hasToken: boolean },
): AgentCard {
  const { name, description, skills } = describeSpecialist(specialist, capabilities, url)
  const own = [{ url, protocolBinding: 'JSONRPC', tenant: '', protocolVersion: '1.0' }]
  return {
    name,
    description,
    // Callers of 0.3 are served at the same address.
    supportedInterfaces: duplicateInterfacesForLegacy(own, ['JSONRPC']),
    provider: undefined,
    version: '1',
    capabilities: { streaming: true, pushNotifications: false, extensions: [], extendedAgentCard: false },
    securitySchemes: hasToken
      ? {
          bearer: {
            scheme: { $case: 'httpAuthSecurityScheme', value: { description: 'GATEWAY_TOKEN', scheme: 'Bearer', bearerFormat: '' } },
          },
        }
      : {},
    securityRequirements: hasToken ? [{ schemes: { bearer: { list: [] } } }] : [],
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/markdown', 'application/json'],
    skills: skills.map((skill) => ({ ...skill, inputModes: [], outputModes: [], securityRequirements: [] })),
    signatures: [],
  }
}

/** The card on the wire: what callers of 1.0 read, and beside it the members that those of 0.3 look for. */
export function cardOnTheWire(card: AgentCard): object {
  const [{ url } = { url: '' }] = card.supportedInterfaces
  const hasToken = Object.keys(card.securitySchemes).length > 0
  return {
    ...(AgentCard.toJSON(card) as object), // An object, as the protocol's JSON is one.
    protocolVersion: '0.3.0',
    url,
    preferredTransport: 'JSONRPC',
    supportsAuthenticatedExtendedCard: false,
    ...(hasToken && { security: [{ bearer: [] }] }),
  }
}
