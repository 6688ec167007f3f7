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
}

export interface IssueComment {
  id: number
  createdMs: number
  body: AdfNode
}

/** Issues and their comments in the stand-ins' database; all comments are the agent's, who is the only one with a token. */
export interface IssueStore {
  add(issue: Omit<Issue, 'number' | 'updatedMs'>): Issue
  get(number: number): Issue | undefined
  /** Oldest first. */
  all(): Issue[]
  assign(number: number, assignee: string | null, atMs: number): void
  comment(number: number, body: AdfNode, atMs: number): IssueComment
  /** Oldest first. */
  comments(number: number): IssueComment[]
}

/** The store on an open database, see database.ts. */
export function createIssueStore(db: DatabaseSync): IssueStore {
  const insert = db.prepare(`INSERT INTO issues (created_ms, updated_ms, issue_type_id, priority_id, summary, description, assignee, labels)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const byNumber = db.prepare('SELECT * FROM issues WHERE number = ?')
  const everything = db.prepare('SELECT * FROM issues ORDER BY number')
  const assign = db.prepare('UPDATE issues SET assignee = ?, updated_ms = ? WHERE number = ?')
  const insertComment = db.prepare('INSERT INTO comments (issue_number, created_ms, body) VALUES (?, ?, ?)')
  const touch = db.prepare('UPDATE issues SET updated_ms = ? WHERE number = ?')
  const commentsOf = db.prepare('SELECT * FROM comments WHERE issue_number = ? ORDER BY id')

  return {
    add(issue) {
      const { createdMs, issueTypeId, priorityId, summary, description, assignee, labels } = issue
      const adf = description && JSON.stringify(description)
      const { lastInsertRowid } = insert.run(createdMs, createdMs, issueTypeId, priorityId, summary, adf, assignee, JSON.stringify(labels))
      return { ...issue, number: Number(lastInsertRowid), updatedMs: createdMs }
    },
    get(number) {
      const row = byNumber.get(number)
      return row && issueOf(row)
    },
    all: () => everything.all().map(issueOf),
    assign(number, assignee, atMs) {
      assign.run(assignee, atMs, number)
    },
    comment(number, body, atMs) {
      const { lastInsertRowid } = insertComment.run(number, atMs, JSON.stringify(body))
      touch.run(atMs, number)
      return { id: Number(lastInsertRowid), createdMs: atMs, body }
    },
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
  }
}
