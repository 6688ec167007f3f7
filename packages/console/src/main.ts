import { join } from 'node:path'
import { HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { buildApp } from './app.ts'
import { ensurePage } from './build-page.ts'

const settings = Type.Object({
  ...processSettings,
  CONSOLE_PORT: Type.Integer({ ...Port, default: 8087 }),
  AGENT_TOKEN: Type.Optional(Type.String()),
  AGENT_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8088' }),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
  PROM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9090' }),
  ALERTMANAGER_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9093' }),
  STAND_INS_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:8089' }),
  /** For links to dashboards. */
  GRAFANA_URL: Type.Optional(HttpUrl),
})

async function start() {
  const config = loadConfig(settings, process.env)
  const app = await buildApp({
    registry: createRegistry(),
    page: await ensurePage({ root: join(import.meta.dirname, '..') }),
    proxies: {
      agent: config.AGENT_URL,
      fleet: config.PM_URL,
      prometheus: config.PROM_URL,
      alertmanager: config.ALERTMANAGER_URL,
      phone: config.STAND_INS_URL,
      mail: config.STAND_INS_URL,
    },
    agentToken: config.AGENT_TOKEN === 'off' ? undefined : config.AGENT_TOKEN,
    grafana: config.GRAFANA_URL,
    logLevel: config.LOG_LEVEL,
  })
  await app.listen({ host: config.HOST, port: config.CONSOLE_PORT })
  return app
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
