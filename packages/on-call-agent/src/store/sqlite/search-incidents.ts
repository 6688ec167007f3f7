import type { IncidentQuery } from '../../api.ts'
import type { Database, Row } from './database.ts'

/** The rows that fit all of the query, newest first. */
export function searchIncidents(db: Database, { status, service, q, before, limit }: IncidentQuery): Row[] {
  const like = q === undefined ? undefined : `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const conditions: [sql: string, ...values: (string | number)[]][] = [
    ...(status === undefined ? [] : [['status = ?', status] satisfies [string, string]]),
    ...(service === undefined ? [] : [['service = ?', service] satisfies [string, string]]),
    ...(before === undefined ? [] : [['number < ?', Number(before.slice(1))] satisfies [string, number]]),
    ...(like === undefined ? [] : [[MATCHES, like, like, like, like] satisfies [string, string, string, string, string]]),
  ]
  const where = ['TRUE', ...conditions.map(([sql]) => sql)].join(' AND ')
  const values = conditions.flatMap(([, ...given]) => given)
  return db.all(`SELECT * FROM incidents WHERE ${where} ORDER BY number DESC LIMIT ?`, ...values, limit)
}

/** SQLite's LIKE takes no notice of the case of ASCII letters. */
const MATCHES = `(service LIKE ? ESCAPE '\\' OR json_extract(diagnosis, '$.root_cause') LIKE ? ESCAPE '\\' OR EXISTS (
  SELECT 1 FROM episodes WHERE incident_id = incidents.id AND (alertname LIKE ? ESCAPE '\\' OR summary LIKE ? ESCAPE '\\')))`
