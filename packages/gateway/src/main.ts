import { decideToken, isLoopback } from '@oncall-lab/service-kit/bearer-token'
import { HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { createRegistry } from '@oncall-lab/service-kit/registry'
import { runProcess } from '@oncall-lab/service-kit/run'
import { Type } from 'typebox'
import { createAgentClient } from './agent-client.ts'
import { buildApp } from './app.ts'

const settings = Type.Object({
  ...processSettings,
  GATEWAY_PORT: Type.Integer({ ...Port, default: 8091 }),
  /** What callers must show; needed when HOST is no loopback address. */
  GATEWAY_TOKEN: Type.Optional(Type.String()),
  /** Under which address other programs reach it; its own unless given. */
  GATEWAY_URL: Type.Optional(Type.String(HttpUrl)),
  /** Comma-separated names beside the loopback ones under which programs call. */
  GATEWAY_ALLOWED_HOSTS: Type.String({ default: '' }),
  /** Requests a second of one caller, when HOST is no loopback address. */
  GATEWAY_RATE: Type.Integer({ default: 50, minimum: 1, maximum: 100_000 }),
  AGENT_TOKEN: Type.Optional(Type.String()),
  AGENT_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
})

async function start() {
  const config = loadConfig(settings, process.env)
  const { HOST: host, GATEWAY_PORT: port } = config
  const app = await buildApp({
    registry: createRegistry(),
    agent: createAgentClient({ url: config.AGENT_URL, token: config.AGENT_TOKEN === 'off' ? undefined : config.AGENT_TOKEN }),
    publicUrl: config.GATEWAY_URL ?? `http://127.0.0.1:${port}`,
    token: decideToken({ host, token: config.GATEWAY_TOKEN, variable: 'GATEWAY_TOKEN' }),
    perSecond: isLoopback(host) ? undefined : config.GATEWAY_RATE,
    allowedHosts: config.GATEWAY_ALLOWED_HOSTS.split(',').filter(Boolean),
    logLevel: config.LOG_LEVEL,
  })
  await app.listen({ host, port })
  return app
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
