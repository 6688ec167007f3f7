import type { BundleRequest, Capabilities } from '@oncall-lab/on-call-agent/api'
import { LabError } from '@oncall-lab/service-kit/errors'
import type { AgentClient } from '../agent-client.ts'
import { configuredDatabase, readConfigured } from './configured-database.ts'
import { CLUSTER, DATABASE, targetOf } from './specialists.ts'

type About = Pick<BundleRequest, 'incident' | 'service' | 'database'>

/**
 * What a bundle is about: an incident by its ref, a configured database or cluster by its name, the service that questions are about. The open incident of the
 * service goes along. @throws LabError 403 for a database that is not configured, 404 for a name that nothing has.
 */
export async function resolveInfrastructure(agent: AgentClient, key: string, connectionString: string | undefined): Promise<About> {
  const capabilities = await agent.capabilities()
  const named = configuredDatabase(connectionString, targetOf(capabilities, DATABASE))
  if (/^[iI]\d{1,15}$/.test(key)) return { incident: (await agent.incident(key)).ref, ...(named && { database: named }) }
  const { databases, clusters, service } = known(capabilities)
  if (![...databases, ...clusters, service].includes(key))
    throw new LabError(
      `Nothing is looked after under the name ${JSON.stringify(key)}; there is ${[...new Set([...databases, ...clusters, service])].join(', ')}, or the ref of an incident`,
      { code: 'not_found', status: 404, field: 'body.infra_key' },
    )
  const database = named ?? databases.find((each) => each === key)
  const [newest] = (await agent.incidents({ service, limit: 1 })).incidents
  const isOpen = newest !== undefined && newest.status !== 'resolved'
  return { ...(isOpen ? { incident: newest.ref } : { service }), ...(database && { database }) }
}

function known(capabilities: Capabilities) {
  return {
    databases: readConfigured(targetOf(capabilities, DATABASE)?.detail ?? '').map(({ name }) => name),
    clusters: (targetOf(capabilities, CLUSTER)?.detail ?? '').split(', ').filter(Boolean),
    service: capabilities.inquiries?.service ?? 'inventory',
  }
}
