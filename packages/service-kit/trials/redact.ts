/**
 * The time that `redact` takes for 1 MB of each of some two hundred texts: what patterns dislike, the beginnings of all kinds of tokens, secrets that stand
 * close together, and ordinary logs. Prints the slowest, and fails when one takes more than 50 ms of processor time.
 */
import { readFileSync } from 'node:fs'
import { createRedact } from '../src/redact/redact.ts'
import { TOKEN_RULES } from '../src/redact/token-rules.ts'

const MEGABYTE = 1_048_576
const LIMIT_MS = 50
/** On a busy machine the same work costs more: the least of some tries is what it costs. */
const TRIES = 3

const repeat = (part: string) => part.repeat(Math.ceil(MEGABYTE / part.length)).slice(0, MEGABYTE)
const words = readFileSync(import.meta.filename, 'utf8')

const PARTS = [
  ...[
    'a.',
    'x://a:',
    'x://a:b@',
    'a@a.',
    'a@a.de ',
    '%41',
    '%',
    '\\',
    '\\n',
    '\\\\n',
    '\0',
    '\ud800',
    '🙂',
    '\n',
    ' ',
    '4',
    '-',
    '=',
    '"',
    ':',
  ],
  ...['QUJDREVGR0hJSktM', 'QUJDREVGR0hJSktM\\n', 'password="x', 'password=', 'password: hunter2 ', '"token":"', 'api_key=a ', 'secret'],
  ...[
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----BEGIN ',
    'eyJhbGciOiJIUzI1NiJ9.',
    'eyA',
    '+49 170 1234567 ',
    '4111 1111 1111 1111 ',
    '10.0.0.1 ',
  ],
  ...[
    '00',
    '0'.repeat(31),
    'deadbeef',
    'A1',
    'Aa1_-',
    'https://a:b@c/?token=x&',
    'Authorization: Bearer ',
    'Set-Cookie: a=b; ',
    '&amp;',
    '\\u0041',
  ],
  ...['{"a":', '[', 'AKIA', 'AKIAIOSFODNN7EXAMPLE ', 'IBAN DE89370400440532013000 ', 's.', 'M', '_mmk', '|', ':A', 'Q~'],
]
const TEXTS = new Map([
  ...[...PARTS, ...TOKEN_RULES.flatMap(({ starts }) => starts)].map((part): [string, string] => [JSON.stringify(part), repeat(part)]),
  ...TOKEN_RULES.flatMap(({ starts: [start = ''], min }): [string, string][] => {
    const nearly = `${start}${'A1b2'.repeat(min).slice(0, min - 1)} `
    return [
      [`nearly ${start}`, repeat(nearly)],
      [`${start} and letters`, repeat(`${start}abcdefghij`)],
      [`${start} and letters and a point`, repeat(`${start}abcdefghij.`)],
    ]
  }),
  ['this program', repeat(words)],
  ['a log', repeat('{"level":30,"time":1767225600000,"name":"inventory","method":"GET","route":"/items/:id","status":200,"ms":12.4}\n')],
  ['a stack', repeat("TypeError: Cannot read properties of null (reading 'id')\n    at load (/app/packages/inventory/src/app.ts:9:3)\n")],
])

const redact = createRedact({ secrets: ['an own secret of ours', 'another-secret-0123456789'], contacts: ['+15550100001'] })
const measured = [...TEXTS].map(([title, text]) => {
  const tries = Array.from({ length: TRIES }, () => {
    const before = process.threadCpuUsage()
    redact(text)
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1_000
  })
  return { title, ms: Math.min(...tries) }
})
const slowest = measured.toSorted((a, b) => b.ms - a.ms)
console.log(`redact on 1 MB of ${measured.length} texts: most ${slowest[0]?.ms.toFixed(1)} ms of processor time`)
for (const { title, ms } of slowest.slice(0, 8)) console.log(`  ${ms.toFixed(1).padStart(6)} ms  ${title}`)
if ((slowest[0]?.ms ?? 0) > LIMIT_MS) process.exitCode = 1
