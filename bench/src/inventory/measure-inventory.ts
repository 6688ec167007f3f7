import { startServer as startDatabase } from '@oncall-lab/postgres-server/start-server'
import type { Setting } from '../contender.ts'
import type { Part, PartResult, RunOptions } from '../part.ts'
import { SATURATES_WITH } from '../saturate.ts'
import { compareMetrics } from './compare-metrics.ts'
import { measureStart } from './measure-start.ts'
import { FULL, SMOKE, type Times } from './times.ts'

/** One instance of the shop: how fast it starts, what memory it takes, what its metrics cost. */
export const inventoryPart: Part = { name: 'inventory', run: measureInventory }

async function measureInventory(options: RunOptions, signal: AbortSignal): Promise<PartResult> {
  const { smoke, cores, directory, say } = options
  const times: Times = { ...(smoke ? SMOKE : FULL), ...(options.rounds && { rounds: options.rounds }) }
  await using database = await startDatabase()
  say('PostgreSQL is up')
  const place: Setting = { backends: [database.url], core: cores.measured, directory }
  const measures = [...(await measureStart(place, times, say, signal)), ...(await compareMetrics(place, times, options, signal))]
  const setting = `one instance on a CPU of its own, over a PostgreSQL server with the whole catalogue, loaded by ${SATURATES_WITH} over 16 connections`
  return { part: 'inventory', setting, rounds: times.rounds, measures, limits: [], absent: [] }
}
