import type { CallToolResult, Tool } from '@modelcontextprotocol/client'
import { cappedFetch } from '@oncall-lab/service-kit/capped-fetch'
import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { mayPass } from '@oncall-lab/service-kit/failed-call'
import type { McpServerSettings } from './settings.ts'

/** A function as its server describes it. */
export type ForeignTool = Pick<Tool, 'name' | 'description' | 'inputSchema' | 'annotations'>

/** What a call came to: texts, or an object where the server gives one. */
export interface ForeignResult {
  isError: boolean
  data?: unknown
  text: string
  /** Kinds of content that nobody here can read. */
  leftOut: string[]
}

/** A connection to one server. */
export interface McpClient {
  tools(signal: AbortSignal): Promise<ForeignTool[]>
  /** Sent at most once. @throws UpstreamError */
  call(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<ForeignResult>
  close(): Promise<void>
}

const MOST_TOOLS = 100
const MESSAGE_BYTES = 2_097_152

/** Connects to a server. @see https://modelcontextprotocol.io/specification @throws UpstreamError */
export async function connectMcp(settings: McpServerSettings, signal: AbortSignal): Promise<McpClient> {
  // Loaded only where a server is configured: it is 7 MB.
  const { Client } = await import('@modelcontextprotocol/client')
  const client = new Client({ name: 'oncall-lab', version: '1' })
  const within = { timeout: settings.timeoutMs, maxTotalTimeout: settings.timeoutMs }
  const asked = async <T>(what: string, ask: () => Promise<T>, caller: AbortSignal): Promise<T> => {
    try {
      return await ask()
    } catch (cause) {
      caller.throwIfAborted()
      throw explain(cause, `The MCP server ${settings.name} ${what}`)
    }
  }
  await asked('cannot be reached', async () => client.connect(await transportOf(settings), { ...within, signal }), signal)
  return {
    tools: (caller) =>
      asked(
        'gave no list of its functions',
        async () => {
          const found: ForeignTool[] = []
          let cursor: string | undefined
          do {
            const page = await client.listTools(cursor === undefined ? {} : { cursor }, { ...within, signal: caller })
            found.push(...page.tools)
            cursor = page.nextCursor
          } while (cursor !== undefined && found.length < MOST_TOOLS)
          return found.slice(0, MOST_TOOLS)
        },
        caller,
      ),
    call: (name, args, caller) =>
      asked(
        `failed ${name}`,
        async () => readResult(await client.callTool({ name, arguments: args }, { ...within, signal: caller })),
        caller,
      ),
    close: () => client.close().catch(() => {}),
  }
}

/** Codes of the SDK that stand for an answer that nobody can read. */
const GARBLED = ['CLIENT_HTTP_UNEXPECTED_CONTENT', 'INVALID_RESULT', 'UNSUPPORTED_RESULT_TYPE', 'ERA_NEGOTIATION_FAILED']

/** The kind of a failure, by the answer's status, the SDK's own code, or what could not be read. */
function explain(cause: unknown, what: string): UpstreamError {
  const message = `${what}: ${describeError(cause).slice(0, 300)}`
  const { status, code, name } = cause as { status?: unknown; code?: unknown; name?: unknown } // Errors of the SDK; each may be missing.
  if (typeof status === 'number')
    return new UpstreamError(message, { code: 'upstream_status', upstreamStatus: status, retryable: mayPass(status), cause })
  if (code === 'REQUEST_TIMEOUT' || name === 'TimeoutError')
    return new UpstreamError(message, { code: 'upstream_timeout', retryable: true, cause })
  // A number is a JSON-RPC error: the server has understood, and refuses.
  const isGarbled =
    typeof code === 'number' || GARBLED.includes(String(code)) || ['SyntaxError', 'ZodError', 'TooLargeError'].includes(String(name))
  if (isGarbled) return new UpstreamError(message, { code: 'upstream_garbled', cause })
  return new UpstreamError(message, { code: 'upstream_unreachable', retryable: true, cause })
}

async function transportOf({ at }: McpServerSettings) {
  if (at.kind === 'stdio') {
    const { getDefaultEnvironment, StdioClientTransport } = await import('@modelcontextprotocol/client/stdio')
    return new StdioClientTransport({
      command: at.command,
      args: at.args,
      env: { PATH: getDefaultEnvironment().PATH ?? '', ...at.env },
      stderr: 'ignore',
      maxBufferSize: MESSAGE_BYTES,
    })
  }
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  return new StreamableHTTPClientTransport(new URL(at.url), {
    fetch: cappedFetch(MESSAGE_BYTES),
    ...(at.token !== undefined && { requestInit: { headers: { authorization: `Bearer ${at.token}` } } }),
  })
}

function readResult(result: CallToolResult): ForeignResult {
  const parts = Array.isArray(result.content) ? result.content : []
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return {
    isError: result.isError === true,
    ...(result.structuredContent !== undefined && { data: result.structuredContent }),
    text: texts.join('\n'),
    leftOut: parts.flatMap(({ type }) => (type === 'text' ? [] : type)),
  }
}
