import { randomUUID } from 'node:crypto'
import { LabError } from '@oncall-lab/service-kit/errors'
import { RELEASE_ALL } from '../rows/outbox-rows.ts'
import type { Sql, Value } from '../rows/sql.ts'

/** A process that shows no life for so long has lost its work to the others. */
const TTL = `interval '8 seconds'`
const BEAT_MS = 1_000

interface MembersParts {
  /** Runs statements outside of the order of changes: a sign of life must not wait for its turn. */
  query: (text: string, values?: Value[]) => Promise<{ length: number }>
  change: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>
  /** Called after the work of processes that ended was freed. */
  onFreed: () => void
  onError: (error: unknown) => void
}

/** The processes that share a database, and which of them has which work. */
export interface Members extends AsyncDisposable {
  /** Who this process is. It becomes somebody else when the others took it for dead. */
  me(): string
  /** Aborted when this process was taken for dead: all that it holds is others' now. */
  signal(): AbortSignal
  /** Takes a piece of work unless a living process has it. */
  take(work: string): Promise<boolean>
  release(work: string): Promise<void>
  /** For a change of the work: fails when this process has it no longer. @throws LabError 409 `hold_lost` */
  demand(sql: Sql, work: string, holder: string): Promise<void>
}

const FREE = `
  UPDATE messages SET claimed_until = NULL, claimed_by = NULL, state = CASE state WHEN 'sending' THEN 'unknown' ELSE state END
   WHERE state IN ('pending', 'sending', 'unknown') AND claimed_by = ?`

/**
 * Each process shows a sign of life every second. One that has shown none for eight seconds is struck out by whoever notices, and in the same change
 * its work is freed and its messages are due again. Its name is its fence: it can never be that member again, so whatever it still wants to store of
 * that work is refused.
 */
export async function joinMembers({ query, change, onFreed, onError }: MembersParts): Promise<Members> {
  let id = ''
  let life = new AbortController()

  const enrol = () =>
    change(async (sql) => {
      id = randomUUID()
      life = new AbortController()
      await strikeOut(sql)
      const others = await sql.get('SELECT 1 AS one FROM members LIMIT 1')
      if (!others) {
        // What was being sent when all of them ended may have gone out, and what ended meanwhile is known once the sources have been asked.
        await sql.run(RELEASE_ALL)
        await sql.run('UPDATE episodes SET confirmed = 0 WHERE closed_at IS NULL')
        await sql.run('DELETE FROM holds')
      }
      await sql.run(`INSERT INTO members (id, alive_until) VALUES (?, now() + ${TTL})`, id)
    })

  async function strikeOut(sql: Sql): Promise<boolean> {
    const dead = await sql.all('DELETE FROM members WHERE alive_until < now() RETURNING id')
    for (const { id: name } of dead) await free(sql, String(name))
    return dead.length > 0
  }
  async function free(sql: Sql, member: string): Promise<void> {
    await sql.run('DELETE FROM holds WHERE holder = ?', member)
    await sql.run(FREE, member)
  }

  async function beat(): Promise<void> {
    const renewed = await query(`UPDATE members SET alive_until = now() + ${TTL} WHERE id = ? RETURNING id`, [id])
    if (renewed.length === 0) {
      life.abort(new LabError('This process was taken for dead, and its work is done by others', lost))
      await enrol()
    }
    const dead = await query('SELECT id FROM members WHERE alive_until < now()')
    if (dead.length > 0 && (await change(strikeOut))) onFreed()
  }

  await enrol()
  let beating: Promise<void> | undefined
  const timer = setInterval(() => {
    beating ??= beat()
      .catch(onError)
      .finally(() => {
        beating = undefined
      })
  }, BEAT_MS).unref()

  return {
    me: () => id,
    signal: () => life.signal,
    take: (work) =>
      change(async (sql) => {
        await sql.run('INSERT INTO holds (work, holder) VALUES (?, ?) ON CONFLICT (work) DO NOTHING', work, id)
        return (await sql.get('SELECT holder FROM holds WHERE work = ?', work))?.holder === id
      }),
    release: (work) => change((sql) => sql.run('DELETE FROM holds WHERE work = ? AND holder = ?', work, id)),
    async demand(sql, work, holder) {
      const held = await sql.get('SELECT 1 AS one FROM holds WHERE work = ? AND holder = ?', work, holder)
      if (!held) throw new LabError(`Another process has the work on ${work} now`, lost)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await beating
      await change(async (sql) => {
        await sql.run('DELETE FROM members WHERE id = ?', id)
        await free(sql, id)
      }).catch(onError)
    },
  }
}

const lost = { code: 'hold_lost', status: 409 }
