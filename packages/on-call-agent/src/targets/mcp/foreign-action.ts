import { LabError } from '@oncall-lab/service-kit/errors'
import type { Action } from '../../actions/action.ts'
import { shorten } from '../../channels/shorten.ts'
import type { ForeignTool } from './client.ts'
import { describe, failed, nameFor, parametersOf } from './foreign-tool.ts'
import type { McpServer } from './server.ts'

/** Whether the shop's users are served: nothing else is known of a foreign action's effect. */
const VERIFY = { slis: ['error_rate', 'latency_p95_seconds'], seconds: 60 }

/** A function of an MCP server that changes something, as the file lists it: it is proposed, and a person decides. */
export function foreignAction(server: McpServer, tool: ForeignTool): Action {
  const { name, actions, resultChars } = server.settings
  const full = nameFor(name, tool.name)
  return {
    name: full,
    description: describe(tool, name),
    parameters: parametersOf(tool),
    level: actions?.[tool.name] ?? 'high',
    says: (args) => `Calls ${tool.name} of the MCP server ${name} with ${shorten(JSON.stringify(args), 300)}.`,
    async check() {
      const trouble = server.trouble()
      if (trouble !== undefined) return { kind: 'refuse', reason: 'unreachable', message: trouble }
      return { kind: 'ok', simulation: `What ${full} will do can be told by its server alone; it was not simulated.` }
    },
    before: async () => ({}),
    async run(args, { signal }) {
      const answer = await server.call(tool.name, args as Record<string, unknown>, signal) // Checked against `parameters`.
      if (answer.isError) throw failed(answer, tool.name)
      return shorten(answer.text || JSON.stringify(answer.data ?? {}), resultChars)
    },
    async readOutcome() {
      throw new LabError(`Whether ${full} ran cannot be read from anywhere; look at the server ${name}`, {
        code: 'not_readable',
        status: 501,
      })
    },
    verify: VERIFY,
  }
}
