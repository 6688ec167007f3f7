import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { HttpUrl, loadConfig } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { runProcess } from '@oncall-lab/service-kit/run'
import { Type } from 'typebox'
import { createAgentClient } from '../agent-client.ts'
import { mcpServers } from './server.ts'

const settings = Type.Object({
  AGENT_TOKEN: Type.Optional(Type.String()),
  AGENT_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
})

/** Standard output belongs to the protocol. */
const tell = (line: string) => void process.stderr.write(`oncall-lab mcp: ${line.replace(/\s+/g, ' ').slice(0, 300)}\n`)

/** `pnpm mcp`: the same server on standard input and output, for an editor that starts it. */
async function start() {
  const { AGENT_URL: url, AGENT_TOKEN } = loadConfig(settings, process.env)
  const agent = createAgentClient({ url, token: AGENT_TOKEN === 'off' ? undefined : AGENT_TOKEN })
  if (process.stdin.isTTY)
    tell('an MCP server on standard input and output, for a program that starts it (docs/gateway.md); Ctrl-C ends it')
  const server = serveStdio(mcpServers(agent), { onerror: (error) => tell(describeError(error)) })
  return {
    async close() {
      await server.close()
      await agent[Symbol.asyncDispose]()
    },
  }
}

await runProcess(start, { leash: false })
