import type { Random } from './random.ts'
import type { Seed } from './seed.ts'
import { isRaw, NASTY, NASTY_TEXTS } from './values.ts'
import { BODIES, HEADERS } from './whole-parts.ts'

/** How the bytes are put on the wire. */
type Pace = 'at once' | 'in two halves' | 'head only' | 'cut' | 'gone at once'

/** One nasty request. */
export interface NastyRequest {
  seed: Seed
  /** What was done to the seed. */
  how: string
  bytes: Buffer
  pace: Pace
  /** The server may wait for more than what is sent. */
  isOpenEnded: boolean
}

interface Draft {
  method: string
  path: string
  headers: [string, string][]
  body: Buffer
  pace: Pace
}

type Mutation = (draft: Draft, seed: Seed, random: Random) => string

/** A path with something else in the place of one segment, or of one value of the query. */
function path(draft: Draft, _seed: Seed, random: Random): string {
  const [before = '', query] = draft.path.split('?')
  const text = random.pick(NASTY_TEXTS)
  const written = random
    .pick([encodeURIComponent, (each: string) => each.replace(/[\s\0\r\n#]/g, '%00')])(toWellFormed(text))
    .slice(0, 12_000)
  if (query !== undefined && random.next() < 0.6) {
    const pairs = query.split('&')
    const i = random.below(pairs.length)
    pairs[i] = random.pick([`${pairs[i]?.split('=')[0]}=${written}`, `${pairs[i]}&${pairs[i]}`, `${pairs[i]?.split('=')[0]}[]=1`, written])
    draft.path = `${before}?${pairs.join('&')}`
    return `query ${show(pairs[i] ?? '')}`
  }
  const segments = before.split('/')
  const i = 1 + random.below(segments.length - 1)
  segments[i] = random.pick([
    written,
    `${segments[i]}${written}`,
    '..',
    '.',
    '',
    `${segments[i]}%2f..`,
    '%2e%2e',
    segments[i]?.toUpperCase() ?? '',
  ])
  draft.path = segments.join('/') + (query === undefined ? '' : `?${query}`)
  return `path ${show(draft.path)}`
}

function query(draft: Draft, _seed: Seed, random: Random): string {
  const more = random.pick([
    '__proto__=1',
    '__proto__[a]=1',
    'constructor=1',
    'a=1&'.repeat(2_000),
    `q=${'x'.repeat(14_000)}`,
    'limit=-1',
    'limit=1e400',
    'limit=999999999999999999999',
    'before=%00',
    'after=NaN',
    '%=%',
    '%zz=%zz',
    '=&=&=',
    '?',
    'watch=true&timeoutSeconds=0',
    'dryRun=All&dryRun=None',
  ])
  draft.path += `${draft.path.includes('?') ? '&' : '?'}${more}`
  return `query ${show(more)}`
}

function header(draft: Draft, _seed: Seed, random: Random): string {
  const [name, value] = random.pick(HEADERS)
  const isTwice = random.next() < 0.4
  if (!isTwice) draft.headers = draft.headers.filter(([each]) => each !== name)
  draft.headers.push([name, value])
  return `${isTwice ? 'one more ' : ''}header ${name}: ${show(value)}`
}

function method(draft: Draft, _seed: Seed, random: Random): string {
  draft.method = random.pick([
    'HEAD',
    'GET',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'CONNECT',
    'PROPFIND',
    'QUERY',
    'get',
    'BREW',
    '',
  ])
  return `method ${draft.method || 'none'}`
}

/** A JSON body with something else in the place of one of its values, without it, or with one more. */
function field(draft: Draft, { body }: Seed, random: Random): string {
  if (body === undefined) return wholeBody(draft, undefined, random)
  const copy = structuredClone(body)
  const places = placesOf(copy)
  const place = random.pick(places)
  const value = random.pick(NASTY)
  const raws: string[] = []
  const given = isRaw(value) ? `@raw${raws.push(value.raw) - 1}@` : value
  const kind = random.pick(['instead', 'instead', 'instead', 'without', 'more'] as const)
  if (place.in === undefined) return setBody(draft, given, raws, `body ${show(value)}`)
  if (kind === 'without' && !Array.isArray(place.in)) delete place.in[place.key]
  else if (kind === 'more')
    place.in[Array.isArray(place.in) ? place.in.length : random.pick(['extra', '__proto__ ', 'constructor', '$patch', ''])] = given
  else place.in[place.key] = given
  return setBody(draft, copy, raws, `${place.path} ${kind} ${show(value)}`)
}

interface Place {
  /** Undefined: the value as a whole. */
  in: Record<string | number, unknown> | undefined
  key: string | number
  path: string
}

function placesOf(value: unknown, path = 'body'): Place[] {
  const inner = (each: unknown, below: string): Place[] => {
    if (typeof each !== 'object' || each === null) return []
    return Object.keys(each).flatMap((key) => [
      { in: each as Record<string, unknown>, key: Array.isArray(each) ? Number(key) : key, path: `${below}.${key}` },
      ...inner((each as Record<string, unknown>)[key], `${below}.${key}`),
    ])
  }
  return [{ in: undefined, key: '', path }, ...inner(value, path)]
}

function setBody(draft: Draft, value: unknown, raws: readonly string[], how: string): string {
  const text = (JSON.stringify(value) ?? '').replace(/"@raw(\d+)@"/g, (_, i) => raws[Number(i)] ?? '')
  draft.body = Buffer.from(text)
  return how
}

function wholeBody(draft: Draft, _seed: Seed | undefined, random: Random): string {
  const [name, body] = random.pick(BODIES)
  draft.body = body
  if (draft.method === 'GET' || draft.method === 'HEAD') draft.method = random.pick(['POST', 'PUT', 'GET', 'DELETE'])
  return `body ${name}`
}

function pace(draft: Draft, _seed: Seed, random: Random): string {
  draft.pace = random.pick(['in two halves', 'head only', 'cut', 'gone at once'])
  return `sent ${draft.pace}`
}

const MUTATIONS: readonly [Mutation, number][] = [
  [field, 8],
  [path, 4],
  [query, 2],
  [header, 4],
  [method, 1],
  [wholeBody, 3],
  [pace, 1],
]
const WEIGHTED = MUTATIONS.flatMap(([mutation, weight]) => Array<Mutation>(weight).fill(mutation))

/** Does one to three things to a seed. */
export function mutate(seed: Seed, random: Random): NastyRequest {
  const draft = draftOf(seed)
  const how = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => random.pick(WEIGHTED)(draft, seed, random))
  return {
    seed,
    how: `${draft.method} ${show(draft.path)}: ${how.join(', ')}`,
    bytes: bytesOf(draft),
    pace: draft.pace,
    isOpenEnded: isOpenEnded(draft),
  }
}

/** A length or an encoding of the body was made up. */
const isOpenEnded = ({ headers, pace }: Draft) =>
  pace !== 'at once' || headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding' || name === 'expect')

/** The seed as it is, with these headers as well. */
export function plain(seed: Seed, more: Record<string, string> = {}): NastyRequest {
  const draft = draftOf(seed)
  draft.headers.push(...Object.entries(more))
  return { seed, how: `${seed.method} ${show(seed.path)}`, bytes: bytesOf(draft), pace: 'at once', isOpenEnded: false }
}

function draftOf({ listener, method, path, headers, body, text }: Seed): Draft {
  const type: [string, string][] = body === undefined || 'content-type' in headers ? [] : [['content-type', 'application/json']]
  return {
    method,
    path,
    headers: [['host', `${listener.host}:${listener.port}`], ['connection', 'close'], ...type, ...Object.entries(headers)],
    body: Buffer.from(text ?? (body === undefined ? '' : JSON.stringify(body))),
    pace: 'at once',
  }
}

function bytesOf({ method, path, headers, body }: Draft): Buffer {
  const named = (name: string) => headers.some(([each]) => each === name)
  const isFramed = named('content-length') || named('transfer-encoding')
  const own: [string, string][] = isFramed || body.length === 0 ? [] : [['content-length', String(body.length)]]
  const lines = [...headers, ...own].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`, 'latin1'), body])
}

const toWellFormed = (text: string) => Buffer.from(text).toString('utf8')

/** Short enough for a line. */
function show(value: unknown): string {
  const text = isRaw(value) ? value.raw : typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 60)}… (${text.length})` : text
}
