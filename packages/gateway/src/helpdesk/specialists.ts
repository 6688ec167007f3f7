import type { Capabilities } from '@oncall-lab/on-call-agent/api'
import { notFound } from '@oncall-lab/service-kit/errors'
import type { AgentFacts } from './api.ts'

/** One of the agents that other programs see. All of them are the one on-call agent, each asked about one of its targets. */
export interface Specialist {
  name: string
  /** What its callers also write. */
  alias: string
  description: string
  /** The target that it is asked about; undefined: all that can see the subject. */
  target?: string
  /** The functions that callers may name, where the agent offers them. */
  tools: readonly string[]
  tags: readonly string[]
  examples: readonly string[]
}

const DATABASE_TOOLS = [
  'check_connection',
  'get_database_info',
  'get_active_connections',
  'get_connection_stats',
  'get_database_stats',
  'get_config_parameter',
  'get_replication_status',
  'get_lock_info',
  'get_table_stats',
] as const
const CLUSTER_TOOLS = [
  'get_pods',
  'get_service',
  'describe_service',
  'get_endpoints',
  'get_events',
  'get_pod_logs',
  'describe_pod',
  'get_nodes',
] as const

export const DATABASE: Specialist = {
  name: 'postgres_database_agent',
  alias: 'database',
  description: 'Diagnoses PostgreSQL: connections, locks, statistics, configuration.',
  target: 'postgres',
  tools: DATABASE_TOOLS,
  tags: ['postgresql', 'database', 'diagnosis'],
  examples: ['Who holds the connection slots?', 'Why am I getting "too many clients" errors?'],
}
export const CLUSTER: Specialist = {
  name: 'k8s_agent',
  alias: 'k8s',
  description: 'Looks into Kubernetes: pods, services, endpoints, events, logs, nodes.',
  target: 'kubernetes',
  tools: CLUSTER_TOOLS,
  tags: ['kubernetes', 'diagnosis'],
  examples: ['How many pods are there?', 'Are there problem pods?'],
}
const INCIDENTS: Specialist = {
  name: 'incident_agent',
  alias: 'incident',
  description: 'Knows the incidents, open and past, and what is happening now.',
  tools: [],
  tags: ['incident', 'on-call'],
  examples: ['What is wrong now?', 'Were there recent incidents?'],
}
export const SPECIALISTS: readonly Specialist[] = [DATABASE, CLUSTER, INCIDENTS]

/** Asks about all that the agent can see, and agents elsewhere as well. */
export const ORCHESTRATOR: Specialist = {
  name: 'orchestrator',
  alias: 'oncall',
  description:
    'Answers questions about databases, clusters, services and incidents, with what it looked at; asks agents elsewhere where there are some.',
  tools: [],
  tags: ['on-call', 'incident', 'diagnosis'],
  examples: ['Is anything wrong?', 'What is known of I7?'],
}

/** @throws LabError 404 that lists the names. */
export function findSpecialist(name: string): Specialist {
  const found = [...SPECIALISTS, ORCHESTRATOR].find((each) => each.name === name || each.alias === name)
  if (found) return found
  throw notFound(`There is no agent ${JSON.stringify(name.slice(0, 100))}; there are ${SPECIALISTS.map((each) => each.name).join(', ')}`)
}

/** The target of the specialist, or undefined when the agent has none that is on. */
export function targetOf({ targets }: Capabilities, { target }: Pick<Specialist, 'target'>): Capabilities['targets'][number] | undefined {
  return targets.find(({ id, kind }) => id === target && kind !== 'off')
}

/** Of the specialist's tools those that the agent offers now. */
export function offeredTools(capabilities: Capabilities, specialist: Specialist): { name: string; description: string }[] {
  return (targetOf(capabilities, specialist)?.functions ?? []).filter(({ name }) => specialist.tools.includes(name))
}

/** Its skills are the tools that the agent offers now, and asking. */
export function describeSpecialist(specialist: Specialist, capabilities: Capabilities, url: string): AgentFacts {
  const { name, description, tags, examples } = specialist
  const skill = (id: string, says: string, given: readonly string[] = []) => ({
    id,
    name: id.replaceAll('_', ' '),
    description: says,
    tags: [...tags],
    examples: [...given],
  })
  return {
    name,
    description,
    url,
    version: '1',
    skills: [
      skill('ask', description, examples),
      ...offeredTools(capabilities, specialist).map((tool) => skill(tool.name, tool.description)),
    ],
  }
}
