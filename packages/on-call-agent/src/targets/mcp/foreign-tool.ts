import { LabError } from '@oncall-lab/service-kit/errors'
import type { TObject } from 'typebox'
import { Value } from 'typebox/value'
import { shorten } from '../../channels/shorten.ts'
import type { Tool } from '../../functions/tool.ts'
import type { ForeignResult, ForeignTool } from './client.ts'
import type { McpServer } from './server.ts'

const DESCRIPTION_CHARS = 400
/** What servers of models take for a name. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** What a foreign function is here: one that may be called, one that is proposed, or none, and why. */
export type Offer =
  | { kind: 'function' | 'action' }
  | { kind: 'left_out'; reason: 'not_listed' | 'not_read_only' | 'unfit_name' | 'unfit_schema' }

/** Listed actions are proposed. Listed functions may be called; without a list those that their server marks as read-only. */
export function decideOffer({ name, inputSchema, annotations }: ForeignTool, { settings }: Pick<McpServer, 'settings'>): Offer {
  if (!NAME.test(nameFor(settings.name, name))) return { kind: 'left_out', reason: 'unfit_name' }
  if (!isUsable(inputSchema)) return { kind: 'left_out', reason: 'unfit_schema' }
  if (settings.actions && Object.hasOwn(settings.actions, name)) return { kind: 'action' }
  if (settings.functions) return settings.functions.includes(name) ? { kind: 'function' } : { kind: 'left_out', reason: 'not_listed' }
  return annotations?.readOnlyHint === true ? { kind: 'function' } : { kind: 'left_out', reason: 'not_read_only' }
}

/** `runbooks__search`. */
export const nameFor = (server: string, tool: string) => `${server}__${tool}`

/** Its arguments as a schema of ours. */
export function parametersOf({ inputSchema }: ForeignTool): TObject {
  const { $schema: _dialect, ...schema } = inputSchema as Record<string, unknown>
  // A JSON Schema of an object; `decideOffer` has tried it.
  return { type: 'object', properties: {}, ...schema } as unknown as TObject
}

function isUsable(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null || !('type' in schema) || schema.type !== 'object') return false
  try {
    Value.Check(schema as TObject, {})
    return true
  } catch {
    return false // For example a pattern that is no regular expression.
  }
}

/** The description in its server's words, told as such. */
export function describe({ name, description = name }: ForeignTool, server: string): string {
  return `Of the MCP server ${server}: ${shorten(description.replace(/\s+/g, ' '), DESCRIPTION_CHARS)}`
}

/** A function of an MCP server as one that the model may call. */
export function foreignFunction(server: McpServer, tool: ForeignTool): Tool {
  const { name, resultChars } = server.settings
  return {
    name: nameFor(name, tool.name),
    description: describe(tool, name),
    parameters: parametersOf(tool),
    async run(args, { signal }) {
      // Checked against `parameters`, an object.
      const answer = await server.call(tool.name, args as Record<string, unknown>, signal)
      if (answer.isError) throw failed(answer, tool.name)
      return resultOf(answer, resultChars)
    },
    summarise: (result) => summarise(result, nameFor(name, tool.name)),
  }
}

/** The failure that a server itself tells of. */
export function failed({ text }: ForeignResult, name: string): LabError {
  return new LabError(`${name} failed: ${shorten(text || 'without a word', 500)}`, { code: 'mcp_error', status: 502 })
}

/** What a call returned, within its size. */
function resultOf({ data, text, leftOut }: ForeignResult, chars: number): object {
  const json = data === undefined ? undefined : JSON.stringify(data)
  const others = leftOut.length > 0 ? { left_out: [...new Set(leftOut)] } : {}
  if (json !== undefined && json.length <= chars) return { ok: true, complete: true, truncated: false, data, ...others }
  const words = json ?? text
  const truncated = words.length > chars
  return { ok: true, complete: !truncated && leftOut.length === 0, truncated, text: shorten(words, chars), ...others }
}

function summarise(result: object, name: string): string {
  const text = 'data' in result ? JSON.stringify(result.data) : 'text' in result ? String(result.text) : ''
  return `${name}: ${shorten(text.replace(/\s+/g, ' '), 200) || 'nothing'}`
}
