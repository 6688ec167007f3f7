import { Pool } from 'undici'
import { quantile } from '../statistics.ts'

// Sends GETs to a URL at an even rate and prints their latencies. Arguments: url, requests per second, seconds, seconds before that to warm up.

const [url = '', rate = '0', seconds = '0', warmUpSeconds = '0'] = process.argv.slice(2)
const { origin, pathname } = new URL(url)
const pool = new Pool(origin, { connections: 64, pipelining: 1 })
const latencies: number[] = []
let failed = 0

async function send(): Promise<void> {
  const begun = performance.now()
  try {
    const { statusCode, body } = await pool.request({ path: pathname, method: 'GET' })
    await body.dump()
    if (statusCode === 200) latencies.push(performance.now() - begun)
    else failed += 1
  } catch {
    failed += 1
  }
}

async function run(count: number): Promise<void> {
  const begun = performance.now()
  const pending: Promise<void>[] = []
  await new Promise<void>((resolve) => {
    const tick = () => {
      const due = Math.min(count, Math.floor(((performance.now() - begun) / 1_000) * Number(rate)) + 1)
      while (pending.length < due) pending.push(send())
      if (due < count) setTimeout(tick, 1)
      else resolve()
    }
    tick()
  })
  await Promise.all(pending)
}

await run(Number(rate) * Number(warmUpSeconds))
latencies.length = 0
await run(Number(rate) * Number(seconds))
await pool.close()
console.log(JSON.stringify({ p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99), failed }))
