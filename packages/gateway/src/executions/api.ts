import { PHASES } from '@oncall-lab/on-call-agent/api'
import { type Static, Type } from 'typebox'

const text = (maxLength: number) => Type.String({ maxLength })
const word = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' })

/** `POST /api/v1/incident/trigger-agent`: an incident of ServiceNow. */
export const TriggerRequest = Type.Object(
  {
    incident_number: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'a number such as INC0010001' }),
    short_description: word(200),
    description: Type.Optional(text(10_000)),
    priority: Type.Optional(text(50)),
    category: Type.Optional(text(100)),
    assignment_group: Type.Optional(text(100)),
    state: Type.Optional(text(50)),
    /** Of the record, where the instance's business rule posts: it is then read back, and nothing else here is believed. */
    sys_id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$', description: 'a sys_id of 32 hexadecimal digits' })),
    target: Type.Optional(
      Type.Object(
        { ip_address: Type.Optional(text(100)), hostname: Type.Optional(text(200)), service: Type.Optional(text(200)) },
        { additionalProperties: true },
      ),
    ),
  },
  { additionalProperties: true },
)
export type TriggerRequest = Static<typeof TriggerRequest>

/** `execution_id` is the number of the agent's incident: 7 is I7. */
const ExecutionId = Type.Integer({ minimum: 1 })
const Status = Type.Enum(['running', 'completed', 'failed'], { type: 'string' })
const Step = Type.Enum([...PHASES], { type: 'string' })

export const Triggered = Type.Object({
  message: Type.String(),
  execution_id: ExecutionId,
  incident_number: Type.String(),
  status: Status,
})

const overview = {
  execution_id: ExecutionId,
  incident_number: Type.String(),
  status: Status,
  current_step: Step,
  /** RFC 3339, UTC. */
  started_at: Type.String(),
}
export const Execution = Type.Object({
  ...overview,
  timeline: Type.Array(
    Type.Object({
      step_number: Type.Integer(),
      action_type: Step,
      title: Type.String(),
      status: Type.Enum(['running', 'completed'], { type: 'string' }),
      duration_seconds: Type.Number(),
    }),
  ),
  hypotheses: Type.Array(
    Type.Object({
      hypothesis_text: Type.String(),
      /** 0 to 100. */
      confidence_score: Type.Number({ minimum: 0, maximum: 100 }),
      status: Type.Enum(['open', 'validated', 'rejected'], { type: 'string' }),
    }),
  ),
})
export type Execution = Static<typeof Execution>
export const ExecutionLogs = Type.Object({
  execution_id: ExecutionId,
  logs: Type.Array(
    Type.Object({
      step: Type.Integer(),
      action_type: Step,
      command_executed: Type.String(),
      command_output: Type.String(),
      status: Type.Enum(['completed', 'failed'], { type: 'string' }),
    }),
  ),
})
export type ExecutionLogs = Static<typeof ExecutionLogs>
export const ActiveExecutions = Type.Object({ executions: Type.Array(Type.Object(overview)) })
export const ByExecution = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 999_999_999_999_999 }) })
