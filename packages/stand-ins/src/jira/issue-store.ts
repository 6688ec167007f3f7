import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { AdfNode } from './adf.ts'

/** An issue as the stand-in keeps it; its key is the project's key and `number`, its id `10000 + number`. */
export interface Issue {
  number: number
  createdMs: number
  updatedMs: number
  issueTypeId: string
  priorityId: string
  summary: string
  description: AdfNode | null
  /** An accountId. */
  assignee: string | null
  labels: string[]
  statusId: string
  more: IssueDetail
}

/** What only some issues have. */
export interface IssueDetail {
  reporter?: string
  duedate?: string
  environment?: AdfNode
  /** Values of custom fields. */
  custom?: Record<string, unknown>
  /** When it last came to be done, in milliseconds since 1970. */
  resolvedMs?: number
  history?: { atMs: number; field: string; from: string | null; to: string | null }[]
  links?: { id: number; url: string; title: string }[]
}

export interface IssueComment {
  id: number
  createdMs: number
  body: AdfNode
}

/** Issues and their comments in the stand-ins' database; all comments are the agent's, who is the only one with a token. */
export interface IssueStore {
  add(issue: Omit<Issue, 'number' | 'updatedMs' | 'statusId'>): Issue
  get(number: number): Issue | undefined
  /** Oldest first. */
  all(): Issue[]
  /** Writes an issue's fields anew. */
  update(issue: Issue, atMs: number): void
  remove(number: number): void
  comment(number: number, body: AdfNode, atMs: number): IssueComment
  /** Writes a comment's text anew. */
  rewriteComment(id: number, body: AdfNode): void
  /** Oldest first. */
  comments(number: number): IssueComment[]
}

/** The store on an open database, see database.ts. */
export function createIssueStore(db: DatabaseSync): IssueStore {
  const insert =
    db.prepare(`INSERT INTO issues (created_ms, updated_ms, issue_type_id, priority_id, summary, description, assignee, labels, more)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const byNumber = db.prepare('SELECT * FROM issues WHERE number = ?')
  const everything = db.prepare('SELECT * FROM issues ORDER BY number')
  const rewrite =
    db.prepare(`UPDATE issues SET updated_ms = ?, issue_type_id = ?, priority_id = ?, summary = ?, description = ?, assignee = ?, labels = ?,
    status_id = ?, more = ? WHERE number = ?`)
  const remove = db.prepare('DELETE FROM issues WHERE number = ?')
  const removeComments = db.prepare('DELETE FROM comments WHERE issue_number = ?')
  const insertComment = db.prepare('INSERT INTO comments (issue_number, created_ms, body) VALUES (?, ?, ?)')
  const rewriteComment = db.prepare('UPDATE comments SET body = ? WHERE id = ?')
  const touch = db.prepare('UPDATE issues SET updated_ms = ? WHERE number = ?')
  const commentsOf = db.prepare('SELECT * FROM comments WHERE issue_number = ? ORDER BY id')

  return {
    add(issue) {
      const { createdMs, issueTypeId, priorityId, summary, description, assignee, labels, more } = issue
      const adf = description && JSON.stringify(description)
      const { lastInsertRowid } = insert.run(
        createdMs,
        createdMs,
        issueTypeId,
        priorityId,
        summary,
        adf,
        assignee,
        JSON.stringify(labels),
        JSON.stringify(more),
      )
      return { ...issue, number: Number(lastInsertRowid), updatedMs: createdMs, statusId: '10000' }
    },
    get(number) {
      const row = byNumber.get(number)
      return row && issueOf(row)
    },
    all: () => everything.all().map(issueOf),
    update({ number, issueTypeId, priorityId, summary, description, assignee, labels, statusId, more }, atMs) {
      const adf = description && JSON.stringify(description)
      rewrite.run(atMs, issueTypeId, priorityId, summary, adf, assignee, JSON.stringify(labels), statusId, JSON.stringify(more), number)
    },
    remove(number) {
      removeComments.run(number)
      remove.run(number)
    },
    comment(number, body, atMs) {
      const { lastInsertRowid } = insertComment.run(number, atMs, JSON.stringify(body))
      touch.run(atMs, number)
      return { id: Number(lastInsertRowid), createdMs: atMs, body }
    },
    rewriteComment: (id, body) => void rewriteComment.run(JSON.stringify(body), id),
    comments: (number) =>
      commentsOf
        .all(number)
        .map((row) => ({ id: Number(row.id), createdMs: Number(row.created_ms), body: JSON.parse(String(row.body)) as AdfNode })),
  }
}

// The JSON columns hold what this file wrote.
function issueOf(row: Record<string, SQLOutputValue>): Issue {
  return {
    number: Number(row.number),
    createdMs: Number(row.created_ms),
    updatedMs: Number(row.updated_ms),
    issueTypeId: String(row.issue_type_id),
    priorityId: String(row.priority_id),
    summary: String(row.summary),
    description: row.description === null ? null : (JSON.parse(String(row.description)) as AdfNode),
    assignee: row.assignee === null ? null : String(row.assignee),
    labels: JSON.parse(String(row.labels)) as string[],
    statusId: String(row.status_id),
    more: JSON.parse(String(row.more)) as IssueDetail,
  }
}
