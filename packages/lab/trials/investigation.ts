// Gives causes to a lab that runs, one after the other, with customers of its own, and prints as Markdown what the agent made of each.
// pnpm --filter @oncall-lab/lab run investigation-trial [--offset N] [--list listed|strangers|healthy] [--runs N] [--seed N] [--only TEXT] [--per-second N] [--seconds N] [--keep DIRECTORY] [--results FILE]
import { parseArgs } from 'node:util'
import { createAddressBook } from '../src/address-book.ts'
import { startShoppers } from './fault/shoppers.ts'
import { createHands } from './investigation/hands.ts'
import { LISTED } from './investigation/listed-causes.ts'
import { formatOutcome, formatOutcomes } from './investigation/outcome-table.ts'
import { openResults } from './investigation/results-file.ts'
import { runCause } from './investigation/run-cause.ts'
import { STRANGERS } from './investigation/stranger-causes.ts'
import { watchHealthy } from './investigation/watch-healthy.ts'

const { values } = parseArgs({
  options: {
    offset: { type: 'string', default: '0' },
    list: { type: 'string', default: 'listed' },
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    'per-second': { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    keep: { type: 'string' },
    results: { type: 'string' },
  },
})
const offset = Number(values.offset)
const book = createAddressBook(offset)
const place = { agent: book.url('agent'), prometheus: book.url('prometheus'), keep: values.keep }
const usual = Number(values['per-second'])

/** A linear congruential generator: the same seed gives the same instances and intensities. */
function randomFrom(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

let shoppers = startShoppers(book.url('loadBalancer'), usual)
const customers = (perSecond: number) => {
  void shoppers[Symbol.asyncDispose]()
  shoppers = startShoppers(book.url('loadBalancer'), (perSecond / 30) * usual)
}
const directory = new URL(`../../../.lab/${offset}`, import.meta.url).pathname
const results = openResults(values.results)
// A trial that goes on draws other instances and intensities than the part before.
const hands = createHands(offset, directory, randomFrom((Number(values.seed) + results.kept.length) * 104_729), customers)

try {
  if (values.list === 'healthy') console.log(await watchHealthy(place, Number(values.runs), Number(values.seconds)))
  else {
    const until = Date.now() + Number(values.minutes) * 60_000
    const wanted = (values.list === 'strangers' ? STRANGERS : LISTED).filter(({ id }) => new RegExp(values.only ?? '').test(id))
    for (let run = 1; run <= Number(values.runs); run += 1)
      for (const cause of wanted) {
        if (results.has(cause.id, run) || Date.now() >= until) continue
        const outcome = await runCause(place, hands, cause, run)
        // One by one: a trial that is cut off keeps what it had.
        results.add(outcome)
        console.error(`${formatOutcome(outcome)}\n  ${outcome.diagnosis?.root_cause ?? ''}`)
      }
    console.log(formatOutcomes(results.kept))
  }
} finally {
  await shoppers[Symbol.asyncDispose]()
}
