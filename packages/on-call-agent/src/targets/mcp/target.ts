import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { foreignAction } from './foreign-action.ts'
import { decideOffer, foreignFunction } from './foreign-tool.ts'
import { createMcpServer, type McpServer } from './server.ts'
import { mcpSettings, readMcpServers, secretsOfServers } from './settings.ts'

/** An investigation asks what can be seen within 2 s; a server that takes longer is not there this time. */
const REFRESH_MS = 1_500

/** Functions of the user's own, by MCP servers. A server that cannot be reached is named in the prompt and done without. */
export const mcp = defineConnector<Target, typeof mcpSettings>({
  id: 'mcp',
  settings: mcpSettings,
  secrets: ({ MCP_SERVERS }) => secretsOfServers(readMcpServers(MCP_SERVERS)),
  connect({ MCP_SERVERS }, { onError }) {
    const facts = { id: 'mcp', name: 'MCP servers', variable: 'MCP_SERVERS', address: null }
    const servers = readMcpServers(MCP_SERVERS).map((settings) =>
      createMcpServer(settings, (error) => onError(`the MCP server ${settings.name}`, error)),
    )
    if (servers.length === 0) return { kind: 'off', about: { ...facts, kind: 'off' } }
    // So that the first investigation finds them.
    for (const server of servers) void server.refresh()
    const port = createTarget(servers)
    return {
      kind: 'on',
      port,
      about: {
        ...facts,
        kind: 'real',
        get detail() {
          return servers.map(describeServer).join('; ')
        },
      },
    }
  },
})

function createTarget(servers: McpServer[]): Target {
  const offered = remember(servers)
  return {
    id: 'mcp',
    get sees() {
      return `what functions with __ in their names tell (${servers.map(describeServer).join('; ')})`
    },
    async covers() {
      await Promise.race([Promise.all(servers.map((server) => server.refresh())), late(REFRESH_MS)])
      return true
    },
    firstLook: [],
    get functions() {
      return offered().functions
    },
    get actions() {
      return offered().actions
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

/** What the servers offer now, made anew only when one of their lists has changed. */
function remember(servers: McpServer[]) {
  let from: unknown[] = []
  let made = { functions: [] as ReturnType<typeof foreignFunction>[], actions: [] as ReturnType<typeof foreignAction>[] }
  return () => {
    const lists = servers.map((server) => server.tools())
    if (lists.some((list, i) => list !== from[i])) {
      const offers = servers.flatMap((server) => server.tools().map((tool) => ({ server, tool, offer: decideOffer(tool, server).kind })))
      made = {
        functions: offers.flatMap(({ server, tool, offer }) => (offer === 'function' ? [foreignFunction(server, tool)] : [])),
        actions: offers.flatMap(({ server, tool, offer }) => (offer === 'action' ? [foreignAction(server, tool)] : [])),
      }
      from = lists
    }
    return made
  }
}

/** `runbooks: 3 functions, 1 action`, or why it cannot be used. */
function describeServer(server: McpServer): string {
  const { name } = server.settings
  if (!server.isAsked()) return `${name} has not answered yet`
  if (server.trouble() !== undefined) return `${name} cannot be reached now`
  const offers = server.tools().map((tool) => decideOffer(tool, server).kind)
  const count = (kind: string) => offers.filter((each) => each === kind).length
  return `${name}: ${count('function')} functions, ${count('action')} actions, ${count('left_out')} left out`
}

const late = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())
