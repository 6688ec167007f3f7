// Breaks a running lab in each of the ways of trials/actions/cases.ts, allows on the phone what the agent proposes, and prints as Markdown what came of it. What was seen is
// kept beside the lab's run file, so that cases can be run a few at a time.
// pnpm --filter @oncall-lab/lab run actions-trial <port offset> [case…]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAddressBook } from '../src/address-book.ts'
import { callWitnesses } from '../src/demo/witnesses.ts'
import { locateLabDirectory } from '../src/lab-directory.ts'
import { CASES } from './actions/cases.ts'
import { askFleetAt } from './actions/fleet.ts'
import { type CaseRow, runCase } from './actions/run-case.ts'

const [offset = '0', ...names] = process.argv.slice(2)
const book = createAddressBook(Number(offset))
const directory = locateLabDirectory(fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''), book.offset)
const programs = { searchPath: [], cache: '', isRoot: false }
await using witnesses = callWitnesses({ book, directory, env: process.env, programs })
const fleet = askFleetAt(book.url('processManager'))
const file = join(directory.state, 'actions-trial.json')

const rows: CaseRow[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
for (const one of CASES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const row = await runCase({ fleet, witnesses }, one)
  console.error(JSON.stringify(row))
  rows.push(row)
  writeFileSync(file, JSON.stringify(rows, null, 2))
}
await fleet('/traffic', { profile: 'none' })

const figure = (seconds: number | undefined) => (seconds === undefined ? '–' : String(Math.round(seconds)))
const isGood = ({ action, outcome, wanted, seconds }: CaseRow) =>
  outcome === 'verified' && action !== undefined && wanted.includes(action) && seconds.incident_resolved !== undefined
console.log('| case | what really happens | diagnosis | action | proposed | ran | verified | closed | |')
console.log('|---|---|---|---|---|---|---|---|---|')
for (const row of rows) {
  const { name, what, cause, confidence, action, args, seconds, outcome, failure, message } = row
  const times = [seconds.action_proposed, seconds.action_ran, seconds.action_verified, seconds.incident_resolved].map(figure)
  const done = action ? `\`${action} ${JSON.stringify(args)}\`` : '–'
  const end = isGood(row) ? `${outcome}: ${message}` : `**missed**: ${failure ?? outcome ?? 'nothing'}`
  console.log(`| ${name} | ${what} | ${cause ?? '–'} ${confidence ?? ''} | ${done} | ${times.join(' | ')} | ${end} |`)
}
console.log(`\n${rows.filter(isGood).length} of ${rows.length}`)
process.exitCode = rows.every(isGood) ? 0 : 1
