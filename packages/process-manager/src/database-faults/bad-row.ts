import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import { defineDatabaseFault } from './database-fault.ts'
import { openSession } from './session.ts'

/** An item that customers ask for often. */
const ITEM = '17'
/** What the item was before, there in the same transactions in which the item is not. */
const RECORD = 'items_before_import'
const WAIT_FOR_ROW_MS = 2_000
const AGAIN_AFTER_MS = 500

/**
 * An import has left one item without a maker, which the shop's own routes never do, and which ends each process that shows the item. The row comes back after
 * `ttlSeconds`, unless somebody has mended it meanwhile; a process manager that was killed leaves it to the next one, and its instances ended with it.
 */
export const badRow = defineDatabaseFault({
  mode: 'bad_row',
  says: 'an import leaves one item without a maker, and each process that shows it ends',
  fields: {},
  trial: { seconds: 90, shows: ['restarts'] },
  async start({ url }, ttlSeconds) {
    await spoil(url)
    const ended = new AbortController()
    const mend = async () => {
      while (
        !(await restore(url).then(
          () => true,
          () => false,
        ))
      )
        await setTimeout(AGAIN_AFTER_MS, undefined, { ref: false })
    }
    const over = setTimeout(ttlSeconds * 1_000, undefined, { signal: ended.signal, ref: false })
      .catch(() => undefined)
      .then(mend)
    return {
      over,
      async [Symbol.asyncDispose]() {
        ended.abort()
        await over
      },
    }
  },
  async recover({ url }) {
    await restore(url)
  },
})

async function spoil(url: string): Promise<void> {
  await using session = await openSession(url, { lock_timeout: WAIT_FOR_ROW_MS })
  const [found] = await session.query(`SELECT to_regclass('${RECORD}') AS record, to_regclass('items') AS items`)
  if (!found?.items) throw conflict('The database has no table items')
  if (found.record) throw conflict(`An import has not been undone: the table ${RECORD} is there`)
  await session.query(`
    BEGIN;
    CREATE TABLE ${RECORD} AS SELECT id, manufacturer FROM items WHERE id = '${ITEM}' AND manufacturer <> '';
    UPDATE items SET manufacturer = '' WHERE id = '${ITEM}';
    COMMIT`)
}

/** A row that was set aside meanwhile is mended there, and stays there: whoever set it aside returns it. */
const MEND_IN_QUARANTINE = `
    UPDATE oncall.quarantined_rows AS kept SET content = jsonb_set(content, '{manufacturer}', to_jsonb(before.manufacturer)) FROM ${RECORD} AS before
      WHERE kept.on_table = 'items' AND kept.key = before.id AND kept.returned_at IS NULL AND kept.content->>'manufacturer' = '';`

/** What somebody else has written into the row meanwhile stays. */
async function restore(url: string): Promise<void> {
  await using session = await openSession(url, { lock_timeout: WAIT_FOR_ROW_MS })
  const [found] = await session.query(`SELECT to_regclass('${RECORD}') AS record, to_regclass('oncall.quarantined_rows') AS quarantine`)
  if (!found?.record) return
  await session.query(`
    BEGIN;
    ${found.quarantine ? MEND_IN_QUARANTINE : ''}
    UPDATE items SET manufacturer = before.manufacturer FROM ${RECORD} AS before WHERE items.id = before.id AND items.manufacturer = '';
    DROP TABLE ${RECORD};
    COMMIT`)
}
