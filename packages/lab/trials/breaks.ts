// Gives a running lab with three instances each break of trials/breaks/breaks.ts, waits until it shows, searches all that the agent can read for a word that tells of it, takes it back, and compares everything that it could have left behind.
// pnpm --filter @oncall-lab/lab run break-trial <port offset> [drill or name…]
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createAddressBook } from '../src/address-book.ts'
import { locateLabDirectory } from '../src/lab-directory.ts'
import { until } from './actions/fleet.ts'
import { BREAKS, type Break } from './breaks/breaks.ts'
import { openPlace, snapshot } from './breaks/place.ts'
import { give, takeBack } from './breaks/steps.ts'
import { readAll, tellingWords } from './breaks/told.ts'
import { difference } from './fault/database-state.ts'

const SEEN_WITHIN_S = 45
const BACK_WITHIN_S = 45
const [offset = '0', ...chosen] = process.argv.slice(2)
const book = createAddressBook(Number(offset))
const place = openPlace(book, locateLabDirectory(fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''), book.offset))
await place.fleet('/traffic', { profile: 'constant', duration_seconds: 900, rps: 20 })
await delay(10_000)

console.log('| drill | break | how it shows | after | what tells of it | back after | left behind |\n|---|---|---|---|---|---|---|')
let missed = 0
for (const one of BREAKS.filter(({ drill, name }) => chosen.length === 0 || chosen.includes(drill) || chosen.includes(name))) {
  const before = await snapshot(place)
  const read = await readAll(place)
  const given = Date.now()
  const seconds = () => `${Math.round((Date.now() - given) / 1_000)} s`
  let shows: string
  try {
    for (const step of one.steps) await give(place, step)
    shows = await until(one.name, one.within ?? SEEN_WITHIN_S, () => look(one))
  } catch (error) {
    shows = `**not seen**: ${error instanceof Error ? error.message : error}`
  }
  const after = seconds()
  const told = tellingWords(read, await readAll(place))
  const undone = Date.now()
  let left: string[] = []
  // An instance may be too busy for the first of them while the last are still on.
  for (const isLast of [false, true]) {
    if (isLast && left.length === 0) break
    left = []
    for (const step of one.steps.toReversed()) await takeBack(place, step).catch((error: unknown) => left.push(String(error)))
  }
  const compare = async () => {
    left = difference(before, await snapshot(place, before.lastReservation))
    return left.length === 0 ? true : undefined
  }
  await until('the state before', BACK_WITHIN_S, compare).catch(() => undefined)
  if (left.length > 0 || told.length > 0 || shows.startsWith('**')) missed += 1
  const back = left.length > 0 ? '–' : `${Math.round((Date.now() - undone) / 1_000)} s`
  console.log(
    `| ${one.drill} | ${one.name} | ${shows} | ${after} | ${told.join(', ') || 'nothing'} | ${back} | ${left.join('; ').slice(0, 300) || 'nothing'} |`,
  )
}
await place.fleet('/traffic', { profile: 'none' })
process.exitCode = missed > 0 ? 1 : 0

/** What shows it, once it does. */
async function look({ figures = {}, reads, shows, says }: Break): Promise<string | undefined> {
  const named = (query: string) => query.replace(/\$(\d)/g, (_, i) => `127.0.0.1:${place.ports[Number(i)]}`)
  const values = await Promise.all(Object.entries(figures).map(async ([name, query]) => [name, await place.figure(named(query))] as const))
  const seen = { ...Object.fromEntries(values), ...(await reads?.(place)) }
  return shows(seen) ? says(seen) : undefined
}
