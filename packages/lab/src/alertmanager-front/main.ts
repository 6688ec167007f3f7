import { once } from 'node:events'
import { HttpUrl, loadConfig, Port, processSettings } from '@oncall-lab/service-kit/config'
import { runProcess } from '@oncall-lab/service-kit/run'
import { Type } from 'typebox'
import { createFront } from './front.ts'
import { startAlertmanager } from './own-alertmanager.ts'

/**
 * Alertmanager's address for people, programs and Prometheus. `main.ts PROGRAM [ARGUMENT...]` starts that Alertmanager behind it, and ends when it ends.
 * Without a program it stands before one that runs already and that no browser can reach: in containers, on a port that is not published.
 */

const Config = Type.Object({
  ...processSettings,
  ALERTMANAGER_PORT: Type.Integer({ ...Port, default: 9093 }),
  /** Without a program of our own. */
  ALERTMANAGER_INNER_PORT: Type.Integer({ ...Port, default: 9193 }),
  /** How people and links reach it. */
  ALERTMANAGER_EXTERNAL_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9093' }),
})

async function start() {
  const config = loadConfig(Config, process.env)
  const [program, ...args] = process.argv.slice(2)
  const own = program ? await startAlertmanager(program, args, config.ALERTMANAGER_EXTERNAL_URL) : null
  const front = createFront(own?.inner ?? { port: config.ALERTMANAGER_INNER_PORT, prefix: '' })
  front.listen(config.ALERTMANAGER_PORT, config.HOST)
  await once(front, 'listening')
  let isClosing = false
  void own?.ended.then((why) => {
    if (isClosing) return
    console.error(why)
    process.exit(1)
  })
  return {
    async close() {
      isClosing = true
      front.closeAllConnections()
      front.close()
      await own?.stop()
    },
  }
}

await runProcess(start, { leash: process.env.LAB_LEASH === 'stdin' })
