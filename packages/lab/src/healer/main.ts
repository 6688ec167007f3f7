import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '@oncall-lab/service-kit/config'
import { describeError } from '@oncall-lab/service-kit/errors'
import { runProcess } from '@oncall-lab/service-kit/run'
import { Type } from 'typebox'
import { type ContainerEngine, connectEngine } from './container-engine.ts'
import { decideStart } from './decide-start.ts'

/**
 * Starts the lab's containers again after `docker kill`, which Docker takes for "stopped by a person", so that no restart policy applies.
 * Runs in a container of its own outside the pod, and only when asked for: the engine's socket is the key to the whole machine.
 */

const EVERY_MS = 1_000

async function start() {
  const Config = Type.Object({
    COMPOSE_PROJECT: Type.String({ minLength: 1 }),
    ENGINE_SOCKET: Type.String({ default: '/var/run/docker.sock' }),
  })
  const { COMPOSE_PROJECT, ENGINE_SOCKET } = loadConfig(Config, process.env)
  const engine = connectEngine(ENGINE_SOCKET)
  const ending = new AbortController()
  const healing = heal(engine, COMPOSE_PROJECT, ending.signal)
  return {
    async close() {
      ending.abort()
      await healing
      await engine[Symbol.asyncDispose]()
    },
  }
}

async function heal(engine: ContainerEngine, project: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for (const container of podFirst(await engine.list(project))) {
        const decision = decideStart(container)
        if (decision.kind === 'leave') continue
        console.log(`${new Date().toISOString()} starting ${container.service}: ${decision.reason}`)
        await engine.start(container.id)
      }
    } catch (error) {
      console.error(`${new Date().toISOString()} ${describeError(error)}`)
    }
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {})
  }
}

/** The others join its network. */
function podFirst<T extends { service: string }>(containers: T[]): T[] {
  return containers.toSorted((a, b) => Number(b.service === 'pod') - Number(a.service === 'pod'))
}

await runProcess(start, { leash: false })
