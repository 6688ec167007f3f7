import { startServer } from '@oncall-lab/postgres-server/start-server'
import { runInventory } from '../test-parts/running-inventory.ts'
import { sellOut } from '../test-parts/sell-out.ts'

/** 10,000 reservations of the last 100 pieces through three instances, `pnpm --filter @oncall-lab/inventory run sell-out-trial`. Ends with 1 when it is not exactly 100. */
const [pieces, requests, concurrency] = [100, 10_000, 300]
await using server = await startServer()
await using fleet = new AsyncDisposableStack()
const instances = await Promise.all([1, 2, 3].map(() => runInventory(server.url)))
for (const instance of instances) fleet.use(instance)

const began = performance.now()
const result = await sellOut(instances, { databaseUrl: server.url, pieces, requests, concurrency })
const isRight =
  result.statuses[201] === pieces && result.rows === pieces && result.pieces === pieces && result.left.every((left) => left === 0)
process.stdout.write(`${JSON.stringify({ ...result, seconds: Math.round(performance.now() - began) / 1_000, isRight })}\n`)
process.exitCode = isRight ? 0 : 1
