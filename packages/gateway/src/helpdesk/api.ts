import { Bundle, BundleLayer } from '@oncall-lab/on-call-agent/api'
import { type Static, Type } from 'typebox'

const ConnectionString = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'of a configured database; any other is refused',
})

/** An agent that can be asked, of `GET /api/v1/agents`. */
export const AgentFacts = Type.Object({
  name: Type.String(),
  description: Type.String(),
  /** Where it is asked. */
  url: Type.String(),
  version: Type.String(),
  skills: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      description: Type.String(),
      tags: Type.Array(Type.String()),
      examples: Type.Array(Type.String()),
    }),
  ),
})
export type AgentFacts = Static<typeof AgentFacts>
export const AgentList = Type.Array(AgentFacts)

/** `POST /api/v1/query`. */
export const QueryRequest = Type.Object(
  {
    agent: Type.String({ minLength: 1, maxLength: 100 }),
    message: Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' }),
    connection_string: Type.Optional(ConnectionString),
  },
  { additionalProperties: false },
)

/** `POST /api/v1/db/{tool}` and `POST /api/v1/k8s/{tool}`: what the function takes, and which database. */
export const ToolRequest = Type.Object({ connection_string: Type.Optional(ConnectionString) }, { additionalProperties: true })
export const ToolName = Type.Object({ tool: Type.String({ pattern: '^[a-z][a-z_]{1,50}$', description: 'the name of a tool' }) })

/** What an agent answered: `text` is Markdown, and the artifacts hold it, too. */
export const TaskAnswer = Type.Object({
  agent: Type.String(),
  task_id: Type.String(),
  state: Type.Enum(['completed', 'failed'], { type: 'string' }),
  text: Type.String(),
  artifacts: Type.Array(Type.Object({ parts: Type.Array(Type.Object({ text: Type.String() })) })),
})
export type TaskAnswer = Static<typeof TaskAnswer>

/** `POST /api/v1/incidents`: a bundle of what is looked after under this name (a database, a cluster, a service, or an incident's ref). */
export const BundleOrder = Type.Object(
  {
    infra_key: Type.String({ minLength: 1, maxLength: 100 }),
    connection_string: Type.Optional(ConnectionString),
    callback_url: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
    layers: Type.Optional(Type.Array(BundleLayer, { minItems: 1, maxItems: 7 })),
  },
  { additionalProperties: false },
)
export type BundleOrder = Static<typeof BundleOrder>

/** A bundle as callers know it; the callback carries the first four members. */
export const BundleFacts = Type.Object({
  incident_id: Type.String(),
  /** Where this gateway serves the archive; null while it is in the making, or when it could not be written. */
  bundle_path: Type.Union([Type.String(), Type.Null()]),
  layers: Type.Array(BundleLayer),
  errors: Type.Array(Type.String()),
  status: Type.Index(Bundle, ['status']),
  created_at: Type.String(),
})
export type BundleFacts = Static<typeof BundleFacts>
export const BundleFactsList = Type.Array(BundleFacts)
export const ByBundle = Type.Object({ id: Type.String({ pattern: '^[\\w-]{1,120}$', description: 'the id of a bundle' }) })
