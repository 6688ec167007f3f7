import { receivedAlert, secondsAgo } from './alerts.ts'

/** A name, and a body that somebody could send; made once, so that making it is not measured. */
interface Hostile<T> {
  title: string
  make: () => T
}

const MEGABYTE = 1_048_576
const repeat = (part: string, chars: number) => part.repeat(Math.ceil(chars / part.length)).slice(0, chars)

/** Texts that patterns, encoders and parsers dislike. */
const TEXTS: Record<string, string> = {
  'words with dots': 'a.',
  'addresses without an end': 'x://a:',
  'mail addresses without an end': 'a@a.',
  'percent signs': '%41',
  'one run of base64': 'QUJDREVGR0hJSktM',
  'names of secrets': 'password="x',
  'beginnings of tokens': 't1.',
  'beginnings of tokens and letters': 'pat.abcdefghij',
  backslashes: '\\',
  NULs: '\0',
  'lone surrogates': '\ud800',
  emoji: '🙂',
  'line breaks': '\n',
  digits: '4',
}

const alertWith = (over: { labels?: object; annotations?: object; [name: string]: unknown } = {}) => ({
  status: 'firing',
  fingerprint: 'f',
  startsAt: secondsAgo(20),
  endsAt: '0001-01-01T00:00:00Z',
  ...over,
  labels: { ...receivedAlert().labels, ...over.labels },
  annotations: { summary: 'x', ...over.annotations },
})
const webhook = (...alerts: unknown[]) => JSON.stringify({ version: '4', status: 'firing', alerts })

function deep(levels: number): string {
  return `${'['.repeat(levels)}1${']'.repeat(levels)}`
}

/** Bodies of `POST /alerts`. */
export const ALERTS: Hostile<string>[] = [
  ...Object.entries(TEXTS).map(([title, part]) => ({
    title: `an alert whose annotation is 1 MB of ${title}`,
    make: () => webhook(alertWith({ annotations: { description: repeat(part, MEGABYTE) } })),
  })),
  {
    title: '20,000 alerts of one service',
    make: () =>
      webhook(...Array.from({ length: 20_000 }, (_, i) => alertWith({ fingerprint: `f${i}`, labels: { instance: `host-${i}:80` } }))),
  },
  {
    title: '2,000 alerts with 4 kB of labels each',
    make: () =>
      webhook(
        ...Array.from({ length: 2_000 }, (_, i) => alertWith({ fingerprint: `f${i}`, labels: { path: repeat(`token=${i} `, 4_000) } })),
      ),
  },
  {
    title: 'an alert with 50,000 labels',
    make: () => webhook(alertWith({ labels: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`label_${i}`, `value ${i}`])) })),
  },
  {
    title: 'an alert whose annotation is nested 100,000 times',
    make: () => `{"alerts":[{"labels":{"alertname":"x"},"annotations":${deep(100_000)}}]}`,
  },
  { title: 'a body of 17 MB', make: () => `{"alerts":"${repeat('x', 17 * MEGABYTE)}"}` },
]

/** What a function of a target returns. */
export const RESULTS: Hostile<object>[] = [
  ...Object.entries(TEXTS).map(([title, part]) => ({
    title: `a result with 1 MB of ${title}`,
    make: () => ({ series: [{ labels: { x: repeat(part, MEGABYTE) }, points: [] }] }),
  })),
  {
    title: '100,000 instances',
    make: () => ({ instances: Array.from({ length: 100_000 }, (_, i) => ({ instance: `10.0.0.1:${i}`, state: 'running' })) }),
  },
  { title: 'a result nested 100,000 times', make: () => JSON.parse(`{"a":${deep(100_000)}}`) },
  { title: 'a result with 20,000 names', make: () => Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`name_${i}`, i])) },
  { title: 'a result that fits, of names of secrets', make: () => ({ entries: [{ message: repeat('password="x', 23_000) }] }) },
]

const completion = (message: object) =>
  JSON.stringify({ choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message } }] })
const call = (name: string, args: string) => ({ id: 'c', type: 'function', function: { name, arguments: args } })

/** What a model server answers. */
export const ANSWERS: Hostile<string>[] = [
  ...Object.entries(TEXTS).map(([title, part]) => ({
    title: `an answer of 900 kB of ${title}`,
    make: () => completion({ content: repeat(part, 900_000).slice(0, part === '\0' || part === '\ud800' ? 150_000 : 450_000) }),
  })),
  { title: 'an answer of 40 MB', make: () => completion({ content: repeat('x', 40 * MEGABYTE) }) },
  { title: 'arguments of 1 MB', make: () => completion({ tool_calls: [call('fetch_logs', repeat('x', MEGABYTE - 2_000))] }) },
  {
    title: '500 calls',
    make: () => completion({ tool_calls: Array.from({ length: 500 }, () => call('fetch_logs', '{"seconds":60,"limit":5}')) }),
  },
  {
    title: 'arguments nested 30,000 times',
    make: () => completion({ tool_calls: [call('send_diagnosis', `{"evidence":${deep(30_000)}}`)] }),
  },
  { title: 'a function name of 200 kB', make: () => completion({ tool_calls: [call(repeat('a.', 200_000), '{}')] }) },
  { title: 'calls as text, nested', make: () => completion({ content: `${repeat('{"name":"fetch_logs","arguments":', 400_000)}` }) },
]
