// Breaks a running lab in each of the ways of trials/actions/cases.ts, allows on the phone what the agent proposes, and prints as Markdown what came of it. Every try is kept beside the lab's
// run file: without names it goes on with the cases that were not tried yet, and stops before one that would not be over in time.
// The lab may have the fast clock (lab up --clock fast): then --normal 6 is long enough before each break.
// pnpm --filter @oncall-lab/lab run actions-trial <port offset> [--minutes 10] [--normal 15] [case…]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createAddressBook } from '../src/address-book.ts'
import { callWitnesses } from '../src/demo/witnesses.ts'
import { locateLabDirectory } from '../src/lab-directory.ts'
import { CASES } from './actions/cases.ts'
import { askFleetAt } from './actions/fleet.ts'
import { type CaseRow, runCase } from './actions/run-case.ts'

/** The slowest case took so long. */
const CASE_MINUTES = 4
const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '600' }, normal: { type: 'string', default: '15' } },
  allowPositionals: true,
})
const [offset = '0', ...names] = positionals
const end = Date.now() + (Number(values.minutes) - CASE_MINUTES) * 60_000
const book = createAddressBook(Number(offset))
const directory = locateLabDirectory(fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''), book.offset)
const programs = { searchPath: [], cache: '', isRoot: false }
await using witnesses = callWitnesses({ book, directory, env: process.env, programs })
const fleet = askFleetAt(book.url('processManager'))
const file = join(directory.state, 'actions-trial.json')

const rows: CaseRow[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
const isDue = (name: string) => (names.length === 0 ? rows.every((row) => row.name !== name) : names.includes(name))
for (const one of CASES.filter(({ name }) => isDue(name))) {
  if (Date.now() > end) break
  const row = await runCase({ fleet, witnesses, directory, normalSeconds: Number(values.normal) }, one)
  console.error(JSON.stringify(row))
  rows.push(row)
  writeFileSync(file, JSON.stringify(rows, null, 2))
}
await fleet('/traffic', { profile: 'none' })

const figure = (seconds: number | undefined) => (seconds === undefined ? '–' : String(Math.round(seconds)))
const isGood = ({ action, outcome, wanted, seconds }: CaseRow) =>
  outcome === 'verified' && action !== undefined && wanted.includes(action) && seconds.incident_resolved !== undefined
console.log('| what really happens | diagnosis | action | page | proposed | ran | verified | closed | tries |')
console.log('|---|---|---|---|---|---|---|---|---|')
const newest = [...new Map(rows.map((row) => [row.name, row])).values()]
for (const row of newest) {
  const { name, what, cause, confidence, action, args, seconds, outcome, failure, refused = [] } = row
  const times = [seconds.diagnosis, seconds.action_proposed, seconds.action_ran, seconds.action_verified, seconds.incident_resolved].map(
    figure,
  )
  const tries = rows.filter((each) => each.name === name)
  const count = `${tries.filter(isGood).length} of ${tries.length}${isGood(row) ? '' : `: **${failure ?? outcome ?? 'nothing'}**`}`
  console.log(
    `| ${what} (${name}) | ${cause ?? '–'} ${confidence ?? ''} | ${action ? `\`${action} ${JSON.stringify(args)}\`` : '–'} | ${times.join(' | ')} | ${count}${refused.length > 0 ? ` (refused further: ${refused.join(', ')})` : ''} |`,
  )
}
console.log(`\n${newest.filter(isGood).length} of ${newest.length} cases, ${rows.filter(isGood).length} of ${rows.length} tries`)
process.exitCode = newest.every(isGood) ? 0 : 1
