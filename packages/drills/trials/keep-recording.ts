// Keeps what the agent's first look saw in the run of a capsule as a recording of the rules-model's tests; its truth goes into recorded-truths.ts beside it.
// pnpm --filter @oncall-lab/drills run keep-recording <capsule> <name>
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openCapsule } from '../src/capsule/capsule.ts'
import { keepGradedTape } from '../src/capsule/start-replay.ts'

/** As far as a line of a tape is looked at (docs/models.md). */
interface Line {
  kind: string
  heard?: { role: string; content: string | null }[]
  answer?: { tool_calls?: { function: { name: string } }[] }
  name?: string
  arguments?: object
  result?: object
  failed?: { code: string; message: string }
}

const [file, name] = process.argv.slice(2)
if (!file || !name || !/^[\w-]+$/.test(name)) throw new Error('Say which capsule, and what the recording is called')
using capsule = await openCapsule(resolve(process.env.INIT_CWD ?? '.', file))
keepGradedTape(capsule.tape, capsule.record.broken_at)
const lines = readdirSync(capsule.tape).flatMap((tape) =>
  readFileSync(join(capsule.tape, tape), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line),
)
const opening = lines.flatMap(({ heard = [] }) => heard).find(({ role }) => role === 'user')?.content ?? ''
const { alerts } = JSON.parse(opening.slice(opening.indexOf('{'), opening.lastIndexOf('}') + 1)) as { alerts: object[] }
const end = lines.findIndex(({ answer }) => answer?.tool_calls?.some((call) => call.function.name === 'send_diagnosis'))
const results = lines.slice(0, end === -1 ? undefined : end).flatMap((line) =>
  line.kind === 'result'
    ? [
        {
          name: line.name,
          args: JSON.stringify(Object.entries(line.arguments ?? {}).sort(([a], [b]) => a.localeCompare(b))),
          result: JSON.stringify(line.result ?? { error: line.failed }),
        },
      ]
    : [],
)
const target = new URL(`../../rules-model/test-parts/recordings/${name}.json`, import.meta.url)
writeFileSync(target, `${JSON.stringify({ alerts, results }, null, 2)}\n`)
console.log(`${results.length} results of ${alerts.length} alerts: ${target.pathname}`)
