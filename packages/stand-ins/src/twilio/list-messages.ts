import { API_VERSION, messageResource } from './message-resource.ts'
import type { MessageFilter, MessageStore } from './message-store.ts'
import { TwilioError } from './twilio-error.ts'

type Query = Record<string, string | undefined>

const DAY_MS = 86_400_000
const DEFAULT_PAGE_SIZE = 50
const LARGEST_PAGE_SIZE = 1_000

/**
 * One page of the message list, newest first, with Twilio's paging fields (https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information).
 * Filters: `To`, `From`, `DateSent` (a day), `DateSent>` and `DateSent<` (inclusive). A message still queued is filtered by the time it was created.
 * @throws TwilioError 400/20001 for a page size or a date that cannot be read.
 */
export function listMessages(query: Query, context: { store: MessageStore; accountSid: string; nowMs: number }) {
  const { store, accountSid, nowMs } = context
  const pageSize = Math.min(readCount(query.PageSize ?? DEFAULT_PAGE_SIZE, 'PageSize'), LARGEST_PAGE_SIZE)
  const page = query.Page === undefined || query.Page === '0' ? 0 : readCount(query.Page, 'Page')
  const before = query.PageToken?.replace(/^PA/, '')
  const found = store.list(readFilter(query), { limit: pageSize + 1, before })
  const shown = found.slice(0, pageSize)
  const base = `/${API_VERSION}/Accounts/${accountSid}/Messages.json`
  const filters = Object.entries(query).filter(([name, value]) => !name.startsWith('Page') && value !== undefined) as [string, string][]
  const uriOf = (number: number, token?: string) => {
    const paging = { PageSize: String(pageSize), Page: String(number), ...(token && { PageToken: token }) }
    return `${base}?${new URLSearchParams([...filters, ...Object.entries(paging)])}`
  }
  const last = shown.at(-1)
  return {
    end: page * pageSize + Math.max(shown.length - 1, 0),
    first_page_uri: uriOf(0),
    messages: shown.map((message) => messageResource(message, accountSid, nowMs)),
    next_page_uri: found.length > pageSize && last ? uriOf(page + 1, `PA${last.sid}`) : null,
    page,
    page_size: pageSize,
    previous_page_uri: null,
    start: page * pageSize,
    uri: uriOf(page, query.PageToken),
  }
}

function readFilter(query: Query): MessageFilter {
  const day = readDate(query.DateSent, 'DateSent')
  const since = readDate(query['DateSent>'], 'DateSent>') ?? day
  const before = query['DateSent<']
  const untilStart = readDate(before, 'DateSent<')
  const until = untilStart !== undefined && before && isDay(before) ? untilStart + DAY_MS - 1 : untilStart
  return { to: query.To, from: query.From, sinceMs: since, untilMs: until ?? (day === undefined ? undefined : day + DAY_MS - 1) }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text)
}

function readDate(text: string | undefined, name: string): number | undefined {
  if (!text) return undefined
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new TwilioError(400, 20001, `Invalid value for ${name}: ${text}`)
  return ms
}

function readCount(text: string | number, name: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new TwilioError(400, 20001, `Invalid value for ${name}: ${text}`)
  return count
}
