import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CLIENT_CASES } from '../test-parts/client-cases.ts'

const DOCUMENT = join(import.meta.dirname, '../../../docs/extending.md')

test('docs/extending.md counts the failed calls that are tried on each client, by what is claimed of them', () => {
  const rows = Object.entries(CLIENT_CASES).map(([client, cases]) => {
    const count = (wanted: string) => cases.filter(({ claim }) => claim === wanted).length
    return `| ${client} | ${cases.length} | ${count('retryable')} | ${count('uncertain')} | ${count('final')} |`
  })
  const written = readFileSync(DOCUMENT, 'utf8')
    .split('\n')
    .filter((line) => /^\| .+( \| \d+){4} \|$/.test(line))
  expect(written).toEqual(rows)
})
