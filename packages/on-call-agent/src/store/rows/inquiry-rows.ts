import { randomUUID } from 'node:crypto'
import type { Inquiry } from '../../api.ts'
import type { InquiryStore } from '../inquiry-store.ts'
import type { Row, Sql } from './sql.ts'

/** Older ones are of no use to anybody. */
const KEPT = 1_000

/** Inquiries as documents; nothing but their state is looked for. */
export function createInquiryRows(sql: Sql, now: () => Date): InquiryStore {
  const find = async (id: string) => {
    const row = await sql.get('SELECT document FROM inquiries WHERE id = ?', id.toLowerCase())
    return row && read(row)
  }
  return {
    async open({ question, target = null, id = randomUUID(), context }) {
      const known = await find(id)
      if (known) return { inquiry: known, isNew: false }
      const inquiry: Inquiry = {
        id,
        status: 'running',
        question,
        target,
        ...(context !== undefined && { context }),
        answer: null,
        evidence: [],
        steps: [],
        asked_at: now().toISOString(),
        answered_at: null,
      }
      const statement = 'INSERT INTO inquiries (id, status, document) VALUES (?, ?, ?)'
      const number = await sql.insert(statement, 'number', inquiry.id, inquiry.status, JSON.stringify(inquiry))
      await sql.run(`DELETE FROM inquiries WHERE number <= ? AND status <> 'running'`, number - KEPT)
      return { inquiry, isNew: true }
    },
    async update(inquiry) {
      await sql.run(
        'UPDATE inquiries SET status = ?, document = ? WHERE id = ? AND status = ?',
        inquiry.status,
        JSON.stringify(inquiry),
        inquiry.id,
        'running',
      )
    },
    find,
    async list(limit, context) {
      const newest = (
        await sql.all('SELECT document FROM inquiries ORDER BY number DESC LIMIT ?', context === undefined ? limit : KEPT)
      ).map(read)
      return newest.filter((each) => context === undefined || each.context === context).slice(0, limit)
    },
    running: async () => (await sql.all(`SELECT document FROM inquiries WHERE status = 'running' ORDER BY number`)).map(read),
  }
}

const read = ({ document }: Row): Inquiry => JSON.parse(String(document))
