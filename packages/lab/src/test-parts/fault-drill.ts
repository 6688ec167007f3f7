// Gives each fault to a lab that runs, with customers of its own, and prints as Markdown what moved, what the logs said, and whether all is back
// after `none` and after the fault's time.
// pnpm --filter @oncall-lab/lab run fault-drill [port offset] [mode…]
import { shopUrl } from '@oncall-lab/postgres-server/server'
import { createAddressBook } from '../address-book.ts'
import { DRILLS } from './fault-drill/drills.ts'
import { type Ending, runDrill } from './fault-drill/run-drill.ts'
import { startShoppers } from './fault-drill/shoppers.ts'
import { formatTables, type Row } from './fault-drill/table.ts'
import { Watch } from './fault-drill/watch.ts'

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
for (const drill of DRILLS.filter(({ fault: { mode } }) => modes.length === 0 || modes.includes(mode))) {
  const row: Row = { drill, outcomes: {} }
  for (const ending of ENDINGS) {
    const outcome = await runDrill(place, drill, ending)
    row.outcomes[ending] = outcome
    console.error(drill.fault.mode, ending, JSON.stringify(outcome))
  }
  rows.push(row)
}
await shoppers[Symbol.asyncDispose]()
console.log(formatTables(rows))
