import type { BundleRequest, Capabilities } from '@oncall-lab/on-call-agent/api'
import { LabError } from '@oncall-lab/service-kit/errors'
import type { AgentClient } from '../agent-client.ts'
import { configuredDatabase, readConfigured } from './configured-database.ts'
import { CLUSTER, DATABASE, targetOf } from './specialists.ts'

type About = Pick<BundleRequest, 'incident' | 'service' | 'database'>

/**
 * What a bundle is about: an incident by its ref, a configured database, cluster or machine by its name, the service that questions are about. The open incident
 * of the service goes along. @throws LabError 403 for a database that is not configured, 404 for a name that nothing has.
 */
export async function resolveInfrastructure(agent: AgentClient, key: string, connectionString: string | undefined): Promise<About> {
  const capabilities = await agent.capabilities()
  const named = configuredDatabase(connectionString, targetOf(capabilities, DATABASE))
  if (/^[iI]\d{1,15}$/.test(key)) return { incident: (await agent.incident(key)).ref, ...(named && { database: named }) }
  const { databases, clusters, hosts, service } = known(capabilities)
  const names = new Set([...databases, ...clusters, ...hosts, service])
  if (!names.has(key))
    throw new LabError(
      `Nothing is looked after under the name ${JSON.stringify(key)}; there is ${[...names].join(', ')}, or the ref of an incident`,
      { code: 'not_found', status: 404, field: 'body.infra_key' },
    )
  // The agent takes the name of a machine for that of the service that is looked at there.
  if (hosts.includes(key)) return { service: key, ...(named && { database: named }) }
  const database = named ?? databases.find((each) => each === key)
  const [newest] = (await agent.incidents({ service, limit: 1 })).incidents
  const isOpen = newest !== undefined && newest.status !== 'resolved'
  return { ...(isOpen ? { incident: newest.ref } : { service }), ...(database && { database }) }
}

const MACHINES = { target: 'hosts' }

function known(capabilities: Capabilities) {
  const namesOf = (specialist: { target?: string }) => (targetOf(capabilities, specialist)?.detail ?? '').split(', ').filter(Boolean)
  return {
    databases: readConfigured(targetOf(capabilities, DATABASE)?.detail ?? '').map(({ name }) => name),
    clusters: namesOf(CLUSTER),
    hosts: namesOf(MACHINES),
    service: capabilities.inquiries?.service ?? 'inventory',
  }
}
