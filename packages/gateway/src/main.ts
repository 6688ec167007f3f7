import { decideToken, isLoopback } from '@oncall-lab/service-kit/bearer-token'
import { ConfigError, HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { createRegistry } from '@oncall-lab/service-kit/registry'
import { runProcess } from '@oncall-lab/service-kit/run'
import { type Static, Type } from 'typebox'
import { createRemoteAgents, type RemoteEntry, readRemoteAgents } from './a2a/remote-agents.ts'
import { createAgentClient } from './agent-client.ts'
import { buildApp } from './app.ts'
import { createCallbacks } from './callbacks/callbacks.ts'
import { type CallbackPolicy, readCallbackPolicy } from './callbacks/decide-callback.ts'
import { SPECIALISTS } from './helpdesk/specialists.ts'

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
  /** Where callbacks may go: `loopback`, names, networks, by commas; loopback where HOST is loopback, else nowhere. */
  GATEWAY_CALLBACKS: Type.Optional(Type.String()),
  /** Agents elsewhere, by their base URLs with commas between them; `specialist=` in front puts one in a specialist's place. */
  GATEWAY_AGENTS: Type.String({ default: '' }),
  /** What they are shown. */
  GATEWAY_AGENTS_TOKEN: Type.Optional(Type.String()),
  /** Signs callbacks. */
  GATEWAY_CALLBACK_SECRET: Type.Optional(Type.String({ minLength: 16, description: 'a secret of 16 characters at least' })),
  AGENT_TOKEN: Type.Optional(Type.String()),
  AGENT_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
})

/** @throws ConfigError */
function callbackPolicy({ HOST, AGENT_URL, ...config }: Static<typeof settings>): CallbackPolicy {
  const { hostname, port, protocol } = new URL(AGENT_URL)
  const agent = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
  const text = config.GATEWAY_CALLBACKS ?? (isLoopback(HOST) ? 'loopback' : '')
  const isAbroad = text.split(',').some((each) => each.trim() !== '' && each.trim() !== 'loopback')
  if (isAbroad && config.GATEWAY_CALLBACK_SECRET === undefined)
    throw new ConfigError(
      'GATEWAY_CALLBACK_SECRET must be set where GATEWAY_CALLBACKS names more than loopback: callbacks are signed with it.',
    )
  try {
    return readCallbackPolicy(text, [agent])
  } catch (error) {
    throw new ConfigError(describeError(error))
  }
}

/** @throws ConfigError */
function remoteAgents(text: string): RemoteEntry[] {
  try {
    return readRemoteAgents(
      text,
      SPECIALISTS.map(({ name }) => name),
    )
  } catch (error) {
    throw new ConfigError(describeError(error))
  }
}

async function start() {
  const config = loadConfig(settings, process.env)
  const { HOST: host, GATEWAY_PORT: port } = config
  const app = await buildApp({
    registry: createRegistry(),
    agent: createAgentClient({ url: config.AGENT_URL, token: config.AGENT_TOKEN === 'off' ? undefined : config.AGENT_TOKEN }),
    callbacks: createCallbacks({ policy: callbackPolicy(config), secret: config.GATEWAY_CALLBACK_SECRET }),
    remote: createRemoteAgents({ entries: remoteAgents(config.GATEWAY_AGENTS), token: config.GATEWAY_AGENTS_TOKEN }),
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
