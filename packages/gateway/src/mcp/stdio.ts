import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { HttpUrl, loadConfig } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { Type } from 'typebox'
import { createAgentClient } from '../agent-client.ts'
import { mcpServers } from './server.ts'

const settings = Type.Object({
  AGENT_TOKEN: Type.Optional(Type.String()),
  AGENT_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
})

/** `pnpm mcp`: the same server on standard input and output, for an editor that starts it. */
async function start() {
  const { AGENT_URL: url, AGENT_TOKEN } = loadConfig(settings, process.env)
  const agent = createAgentClient({ url, token: AGENT_TOKEN === 'off' ? undefined : AGENT_TOKEN })
  const server = serveStdio(mcpServers(agent))
  return {
    async close() {
      await server.close()
      await agent[Symbol.asyncDispose]()
    },
  }
}

await runProcess(start, { leash: false })
