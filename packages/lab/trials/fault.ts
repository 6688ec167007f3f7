// Gives each fault to a lab that runs, with customers of its own, and prints as Markdown what moved, what the logs said, and whether all is back
// after `none` and after the fault's time.
// pnpm --filter @oncall-lab/lab run fault-trial [port offset] [mode…]
import { shopUrl } from '@oncall-lab/postgres-server/server'
import { createAddressBook } from '../src/address-book.ts'
import { type Ending, runTrial } from './fault/run-trial.ts'
import { startShoppers } from './fault/shoppers.ts'
import { formatTables, type Row } from './fault/table.ts'
import { TRIALS } from './fault/trials.ts'
import { Watch } from './fault/watch.ts'

const REQUESTS_PER_SECOND = 30
const ENDINGS: Ending[] = ['none', 'ttl']

const [offset = '0', ...modes] = process.argv.slice(2)
const book = createAddressBook(Number(offset))
const processManager = book.url('processManager')
const place = {
  processManager,
  shop: book.url('loadBalancer'),
  prometheus: book.url('prometheus'),
  database: process.env.DATABASE_URL || shopUrl(book.ports.postgres),
  watch: new Watch(processManager),
}

await using shoppers = startShoppers(place.shop, REQUESTS_PER_SECOND)
const rows: Row[] = []
for (const trial of TRIALS.filter(({ fault: { mode } }) => modes.length === 0 || modes.includes(mode))) {
  const row: Row = { trial, outcomes: {} }
  for (const ending of ENDINGS) {
    const outcome = await runTrial(place, trial, ending)
    row.outcomes[ending] = outcome
    console.error(trial.fault.mode, ending, JSON.stringify(outcome))
  }
  rows.push(row)
}
await shoppers[Symbol.asyncDispose]()
console.log(formatTables(rows))
