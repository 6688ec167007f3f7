import { ConfigError } from '@oncall-lab/service-kit/config'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'

/** What the driver says without a code. Read in pg 8.23 (lib/client.js) and pg-pool 3.14 (index.js). */
const LOST = /^(timeout exceeded|timeout expired|Connection terminated|Query read timeout)|not queryable|Client was closed/

/**
 * SQLSTATEs and Node's codes of a database that takes nobody now: connection, resources, read-only after a failover, shut-down, locks, disk.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE = /^(08...|25006|25P0[34]|40...|53...|55P03|57014|57P0[1235]|58030|E[A-Z_]+)$/

/** The statements are right; the way to the database is gone, or it takes nobody now. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string') return UNAVAILABLE.test(error.code)
  return LOST.test(error.message)
}

/** What a caller is told: 503, to be tried again, when the database cannot be used; every other error is passed on as it is. */
export function explainFailure(error: unknown): unknown {
  if (error instanceof LabError || !isUnavailable(error)) return error
  return new LabError(`The database cannot be used: ${describeError(error)}`, {
    code: 'store_unavailable',
    status: 503,
    retryable: true,
    cause: error,
  })
}

/** What the start ends with. The address is named without its password. */
export function unusable(url: string, cause: unknown): ConfigError {
  return new ConfigError(`AGENT_DB=${withoutPassword(url)} cannot be used: ${describeError(cause)}. ${adviceOn(cause)}`)
}

function adviceOn(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === '28P01' || code === '28000')
    return 'Check the user and the password in the address, and what the server lets in (pg_hba.conf).'
  if (code === '3D000') return 'Create the database first: createdb, or CREATE DATABASE.'
  if (code === '42501') return 'The user must own the schema, or may CREATE in it: the agent makes its own tables.'
  return 'Check that PostgreSQL runs there and is reached from here, or name a file to use SQLite.'
}

/** Checks the form of the address. @throws ConfigError that never shows the password. */
export function checkAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const problem = !url
    ? 'it is no address'
    : !url.hostname
      ? 'it names no host'
      : !/^\/[^/]+$/.test(url.pathname)
        ? 'it names no database'
        : undefined
  if (problem === undefined) return text
  throw new ConfigError(`AGENT_DB must be a file, or like postgres://agent@127.0.0.1:5432/agent; ${problem}.`)
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return 'postgres://…'
  const url = new URL(text)
  url.password = ''
  url.search = ''
  return url.href
}
