import { describeError } from '@oncall-lab/service-kit/errors'
import { claimOfStatus, claimWithoutAnswer } from '@oncall-lab/service-kit/failed-call'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { request } from 'undici'
import { ServiceNowError } from './servicenow-error.ts'
import type { ServiceNowAccess } from './settings.ts'

/** A record of the Table API, read with `sysparm_display_value=all`. */
const Cell = Type.Object({ value: Type.String(), display_value: Type.Union([Type.String(), Type.Null()]) })
const Row = Type.Record(Type.String(), Type.Unknown())
const One = Type.Object({ result: Row })
const Many = Type.Object({ result: Type.Array(Row) })

/** A record: `value` is what is stored, `shown` what a person sees. */
export interface ServiceNowRecord {
  sysId: string
  value(field: string): string
  shown(field: string): string
}

/** The Table API, as far as it is needed. No call repeats itself. All @throws ServiceNowError. */
export interface ServiceNowClient {
  /** Where a person opens a record. */
  pageOf(sysId: string): string
  /** Undefined when it is not there, or may not be seen. */
  read(sysId: string, signal?: AbortSignal): Promise<ServiceNowRecord | undefined>
  /** The records whose field has this value: each that the instance returns is looked at again. */
  findBy(field: string, value: string): Promise<ServiceNowRecord[]>
  create(fields: Record<string, string>): Promise<ServiceNowRecord>
  change(sysId: string, fields: Record<string, string>): Promise<ServiceNowRecord>
  /** Active users by a part of their name. */
  people(namePart: string): Promise<{ sysId: string; name: string; email: string }[]>
}

const MOST = 50
const TIMEOUT_MS = 8_000
const MOST_BYTES = 4 * 1_048_576
const INCIDENT = '/api/now/table/incident'
const ALL = 'sysparm_display_value=all&sysparm_exclude_reference_link=true'

/**
 * https://www.servicenow.com/docs, "Table API". An encoded query evaluates `javascript:` and is divided by `^`, and an invalid part of it is ignored without a word: values that hold either
 * are refused, and of what comes back only the rows count that have the value.
 */
export function createServiceNowClient({ url, user, password }: ServiceNowAccess, timeoutMs = TIMEOUT_MS): ServiceNowClient {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

  async function exchange(what: string, method: 'GET' | 'POST' | 'PATCH', path: string, body?: object, signal?: AbortSignal) {
    let status: number
    let text: string
    let retryAfter: string | undefined
    try {
      const deadline = AbortSignal.timeout(timeoutMs)
      const answer = await request(`${url}${path}`, {
        method,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        headers: { authorization, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      status = answer.statusCode
      retryAfter = [answer.headers['retry-after']].flat()[0]
      text = await readText(answer.body)
    } catch (cause) {
      if (signal?.aborted) throw cause
      throw new ServiceNowError(`ServiceNow could not ${what}: it gave no answer`, claimWithoutAnswer(cause), {
        code: 'upstream_unreachable',
        cause,
      })
    }
    const parsed = parse(text)
    if (status >= 200 && status < 300 && parsed !== undefined) return parsed
    if (status === 404 && method === 'GET') return { result: null }
    const failed = claimOfStatus(status, retryAfter)
    const why = status < 300 ? 'its answer could not be read' : wordsOf(status, parsed)
    const code = status < 300 ? 'upstream_garbled' : 'upstream_status'
    throw new ServiceNowError(`ServiceNow could not ${what}: ${why}`, failed, { code, upstreamStatus: status })
  }

  const one = (what: string, answer: unknown): ServiceNowRecord => {
    if (Value.Check(One, answer)) return toRecord(answer.result)
    throw new ServiceNowError(`ServiceNow could not ${what}: its answer could not be read`, UNREADABLE, { code: 'upstream_garbled' })
  }
  const many = (what: string, answer: unknown): ServiceNowRecord[] => {
    // Something that is no list is not "nothing there".
    if (Value.Check(Many, answer)) return answer.result.map(toRecord)
    throw new ServiceNowError(`ServiceNow could not ${what}: its answer could not be read`, UNREADABLE, { code: 'upstream_garbled' })
  }

  return {
    pageOf: (sysId) => `${url}/nav_to.do?uri=incident.do?sys_id=${sysId}`,
    async read(sysId, signal) {
      const answer = await exchange('read a record', 'GET', `${INCIDENT}/${demandId(sysId)}?${ALL}`, undefined, signal)
      if (isNothing(answer)) return undefined
      const record = one('read a record', answer)
      return record.sysId === sysId ? record : undefined
    },
    async findBy(field, value) {
      const query = new URLSearchParams({ sysparm_query: `${field}=${demandPlain(value)}`, sysparm_limit: String(MOST) })
      const answer = await exchange('search', 'GET', `${INCIDENT}?${query}&${ALL}`)
      return many('search', answer).filter((record) => record.value(field) === value)
    },
    create: async (fields) => one('create a record', await exchange('create a record', 'POST', `${INCIDENT}?${ALL}`, fields)),
    change: async (sysId, fields) =>
      one('change a record', await exchange('change a record', 'PATCH', `${INCIDENT}/${demandId(sysId)}?${ALL}`, fields)),
    async people(namePart) {
      const wanted = `active=true${namePart === '' ? '' : `^nameLIKE${demandPlain(namePart)}`}`
      const query = new URLSearchParams({ sysparm_query: wanted, sysparm_limit: String(MOST), sysparm_fields: 'sys_id,name,email,active' })
      const answer = await exchange('look up people', 'GET', `/api/now/table/sys_user?${query}`)
      if (!Value.Check(Many, answer))
        throw new ServiceNowError('ServiceNow could not look up people: its answer could not be read', UNREADABLE, {
          code: 'upstream_garbled',
        })
      return answer.result
        .map((row) => ({
          sysId: String(row.sys_id ?? ''),
          name: String(row.name ?? ''),
          email: String(row.email ?? ''),
          active: row.active,
        }))
        .filter(
          ({ sysId, name, active }) => sysId !== '' && name.toLowerCase().includes(namePart.toLowerCase()) && String(active) !== 'false',
        )
    },
  }
}

const UNREADABLE = { claim: 'uncertain', slow: false, retryAfterMs: undefined } as const

/** A record with `{value, display_value}` in each field; a plain value counts as both. */
function toRecord(row: Record<string, unknown>): ServiceNowRecord {
  const cell = (field: string) => {
    const found = row[field]
    if (Value.Check(Cell, found)) return found
    return typeof found === 'string' ? { value: found, display_value: found } : { value: '', display_value: '' }
  }
  return { sysId: cell('sys_id').value, value: (field) => cell(field).value, shown: (field) => cell(field).display_value ?? '' }
}

const isNothing = (answer: unknown) => typeof answer === 'object' && answer !== null && 'result' in answer && answer.result === null

/** @throws ServiceNowError for what would change the meaning of a query. */
function demandPlain(value: string): string {
  if (value !== '' && !value.includes('^') && !/javascript:/i.test(value) && !/\p{C}/u.test(value)) return value
  throw refusal(`ServiceNow is not asked for ${JSON.stringify(value.slice(0, 80))}: ^ and javascript: have a meaning of their own there`)
}

function demandId(sysId: string): string {
  if (/^[0-9a-f]{32}$/.test(sysId)) return sysId
  throw refusal(`${JSON.stringify(sysId.slice(0, 80))} is no sys_id of ServiceNow`)
}

const refusal = (message: string) =>
  new ServiceNowError(message, { claim: 'final', slow: false, retryAfterMs: undefined }, { code: 'value_refused' })

const WORDS: Record<number, string> = {
  401: 'the user or the password is not accepted',
  403: 'the account may not do that',
  404: 'it is not there, or the account may not see it',
  429: 'too many requests',
}

/** The instance's own words, without its JSON. */
function wordsOf(status: number, body: unknown): string {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as { error?: { message?: unknown; detail?: unknown } } // Its documented shape, or anything.
  const said = [error?.message, error?.detail].filter((part) => typeof part === 'string' && part !== '').join(': ')
  return (
    WORDS[status]
      ? [WORDS[status], said]
          .filter(Boolean)
          .join(' (')
          .concat(said ? ')' : '')
      : said || `it answered ${status}`
  )
    .replace(/[{}<>]/g, '')
    .slice(0, 400)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error(describeError('the answer is too large'))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
