import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { verifyAudit } from './store/audit/verify.ts'
import { openToRead } from './store/open-store.ts'

/**
 * `node packages/on-call-agent/src/audit-main.ts [--head number:hash]`: compares what AGENT_DB holds with the record of what the agent stored, also
 * while an agent runs. Exit status 0 when they agree, 1 when they do not, 2 when the database cannot be read.
 */
const { values } = parseArgs({ options: { head: { type: 'string' } } })
const place = process.env.AGENT_DB ?? 'data/agent.db'
const say = (line: string) => process.stdout.write(`${line}\n`)

try {
  await using reader = await openToRead(place, existsSync)
  const { entries, head, findings } = await verifyAudit(reader.sql, values.head)
  for (const finding of findings.slice(0, 100)) say(finding)
  if (findings.length > 100) say(`and ${findings.length - 100} more`)
  say(
    `${entries} records, ${findings.length === 0 ? 'all as the agent stored them' : `${findings.length} things do not agree`}. Head: ${head}`,
  )
  process.exitCode = findings.length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
