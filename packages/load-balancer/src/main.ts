import { once } from 'node:events'
import { ConfigError, HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { pino } from 'pino'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { buildApp } from './app.ts'
import { createBackendSet } from './backend-set.ts'
import { createMetrics } from './metrics.ts'
import { refreshBackends } from './refresh-backends.ts'

const Seconds = (by: number) => Type.Number({ minimum: 0.1, maximum: 600, default: by })

const Config = Type.Object({
  ...processSettings,
  LB_PORT: Type.Integer({ ...Port, default: 9000 }),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
  LB_REFRESH_SEC: Seconds(1),
  LB_CONNECT_TIMEOUT: Seconds(1),
  LB_READ_TIMEOUT: Seconds(10),
  /** Comma separated addresses, in use until the process manager has answered. */
  BACKENDS: Type.String({ default: '' }),
})

const CLOSE_CONNECTIONS_AFTER_MS = 3_000

async function start(config: Static<typeof Config>) {
  const log = pino({ name: 'load-balancer', level: config.LOG_LEVEL })
  const registry = createRegistry()
  const metrics = createMetrics(registry)
  const backends = createBackendSet({
    connectTimeoutMs: config.LB_CONNECT_TIMEOUT * 1_000,
    readTimeoutMs: config.LB_READ_TIMEOUT * 1_000,
  })
  backends.replace(staticBackends(config.BACKENDS))
  const refresh = refreshBackends({ pmUrl: config.PM_URL, everyMs: config.LB_REFRESH_SEC * 1_000, backends, metrics, log })
  await refresh.first

  const server = buildApp({ backends, metrics, registry }).listen(config.LB_PORT, config.HOST)
  await once(server, 'listening')
  log.info({ address: server.address() }, 'listening')

  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      const patience = setTimeout(() => server.closeAllConnections(), CLOSE_CONNECTIONS_AFTER_MS)
      await Promise.all([closed, refresh[Symbol.asyncDispose]()])
      clearTimeout(patience)
      await backends.close()
    },
  }
}

function staticBackends(list: string): string[] {
  const urls = list.split(',').flatMap((each) => each.trim().replace(/\/$/, '') || [])
  const wrong = urls.find((url) => !Value.Check(HttpUrl, url))
  if (wrong !== undefined)
    throw new ConfigError(`BACKENDS holds ${JSON.stringify(wrong)}, which is not an address like http://127.0.0.1:8001`)
  return urls
}

await runProcess(async () => start(loadConfig(Config, process.env)), { leash: process.env.LAB_LEASH === 'stdin' })
