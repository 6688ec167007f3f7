import type { IncidentQuery } from '../../api.ts'
import type { Row, Sql } from './sql.ts'

/** The rows that fit all of the query, newest first. */
export async function searchIncidents(sql: Sql, { status, service, q, before, limit }: IncidentQuery): Promise<Row[]> {
  const like = q === undefined ? undefined : `%${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  const conditions: [condition: string, ...values: (string | number)[]][] = [
    ...(status === undefined ? [] : [['status = ?', status] satisfies [string, string]]),
    ...(service === undefined ? [] : [['service = ?', service] satisfies [string, string]]),
    ...(before === undefined ? [] : [['number < ?', Number(before.slice(1))] satisfies [string, number]]),
    ...(like === undefined ? [] : [[MATCHES, like, like, like, like] satisfies [string, string, string, string, string]]),
  ]
  const where = ['TRUE', ...conditions.map(([condition]) => condition)].join(' AND ')
  const values = conditions.flatMap(([, ...given]) => given)
  return sql.all(`SELECT * FROM incidents WHERE ${where} ORDER BY number DESC LIMIT ?`, ...values, limit)
}

/** Without regard to the case of letters; SQLite knows only those of ASCII. */
const MATCHES = `(lower(service) LIKE ? ESCAPE '\\' OR lower(diagnosis ->> 'root_cause') LIKE ? ESCAPE '\\' OR EXISTS (
  SELECT 1 FROM episodes WHERE incident_id = incidents.id AND (lower(alertname) LIKE ? ESCAPE '\\' OR lower(summary) LIKE ? ESCAPE '\\')))`
