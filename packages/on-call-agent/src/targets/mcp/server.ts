import { describeError } from '@oncall-lab/service-kit/errors'
import { connectMcp, type ForeignResult, type ForeignTool, type McpClient } from './client.ts'
import type { McpServerSettings } from './settings.ts'

/** One MCP server: connected when it is first needed, and again after it was away. */
export interface McpServer {
  readonly settings: McpServerSettings
  /** What it offers; empty while it cannot be reached. */
  tools(): readonly ForeignTool[]
  /** False until it has answered, or failed to, for the first time. */
  isAsked(): boolean
  /** Why it cannot be used now. */
  trouble(): string | undefined
  /** Looks whether it is there and what it offers, at most every so often; never throws. */
  refresh(): Promise<void>
  /** @throws UpstreamError */
  call(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<ForeignResult>
  close(): Promise<void>
}

/** How long a list of functions counts, and how long a server that is away is left alone. */
const KNOWN_MS = 60_000
const AWAY_MS = 15_000

/** `onTrouble` hears of each time that it goes away. */
export function createMcpServer(settings: McpServerSettings, onTrouble: (error: unknown) => void, now: () => number = Date.now): McpServer {
  let client: McpClient | undefined
  let tools: readonly ForeignTool[] = []
  let trouble: string | undefined
  let askAgainAt = 0
  let asking: Promise<void> | undefined

  const connected = async (signal: AbortSignal): Promise<McpClient> => {
    client ??= await connectMcp(settings, signal)
    return client
  }
  const lose = async (error: unknown) => {
    const lost = client
    client = undefined
    tools = []
    if (trouble === undefined) onTrouble(error)
    trouble = describeError(error)
    askAgainAt = now() + AWAY_MS
    await lost?.close()
  }
  const ask = async () => {
    const signal = AbortSignal.timeout(settings.timeoutMs)
    try {
      tools = await (await connected(signal)).tools(signal)
      trouble = undefined
      askAgainAt = now() + KNOWN_MS
    } catch (error) {
      await lose(error)
    }
  }

  return {
    settings,
    tools: () => tools,
    isAsked: () => askAgainAt > 0 || trouble !== undefined,
    trouble: () => trouble,
    async refresh() {
      if (now() < askAgainAt) return
      asking ??= ask().finally(() => {
        asking = undefined
      })
      await asking
    },
    async call(name, args, signal) {
      const before = client
      try {
        return await (await connected(signal)).call(name, args, signal)
      } catch (error) {
        // The next call finds out whether it is still there; this one is not sent twice.
        if (client === before) await before?.close()
        client = undefined
        askAgainAt = 1
        throw error
      }
    },
    close: async () => client?.close(),
  }
}
