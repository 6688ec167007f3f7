import { plantSecrets } from '../../service-kit/test-parts/planted-secrets.ts'
import { plantedRun } from '../test-parts/planted-run.ts'

/**
 * More than 1,000 planted secrets, as they are, broken over two lines, as base64 and encoded for a URL, in six places each, through a whole agent: which of them
 * stand in what left it. Fails when one does, when a scanner of another make reports one, or when ordinary lines were changed. `node trials/secrets.ts [rounds]`
 */
const ROUNDS = Number(process.argv[2] ?? 11)

let planted = 0
const found: string[] = []
const reported: string[] = []
let unchanged = 1
for (let round = 1; round <= ROUNDS; round += 1) {
  const secrets = plantSecrets(100 + round)
  planted += secrets.length
  const run = await plantedRun(secrets)
  found.push(...run.found)
  reported.push(...run.reported)
  unchanged = Math.min(unchanged, run.unchanged)
  console.log(
    `round ${round}: ${secrets.length} secrets, ${run.requests} requests to the model, ${run.found.length} found, ${run.reported.length} reported`,
  )
}
for (const each of new Set([...found, ...reported])) console.log(`left: ${each}`)
console.log(
  `${planted} secrets in 6 places and up to 4 forms each, 6 sinks: ${found.length} left, ${reported.length} reported by Secretlint; ordinary lines unchanged: ${(unchanged * 100).toFixed(0)} %`,
)
process.exit(found.length === 0 && reported.length === 0 && unchanged >= 0.98 ? 0 : 1)
