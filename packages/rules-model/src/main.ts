import { loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { createRegistry } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { buildApp } from './app.ts'
import { createMetrics } from './metrics.ts'

const settings = Type.Object({ ...processSettings, RULES_MODEL_PORT: Type.Integer({ ...Port, default: 8090 }) })

async function start() {
  const config = loadConfig(settings, process.env)
  const registry = createRegistry()
  const app = buildApp({ registry, metrics: createMetrics(registry), logLevel: config.LOG_LEVEL })
  await app.listen({ host: config.HOST, port: config.RULES_MODEL_PORT })
  return app
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
