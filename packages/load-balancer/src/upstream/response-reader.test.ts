import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AMBIGUOUS_ANSWERS } from '../../test-parts/ambiguous-answers.ts'
import { type AnswerReading, readWithNode, readWithOurs } from '../../test-parts/read-answer.ts'

const METHODS = ['GET', 'HEAD'] as const

/**
 * What ours takes for an answer is that answer for llhttp too, with the same status, fields and body, wherever the bytes were cut; and ours does not wait for more
 * of one that is complete. Ours may refuse what llhttp takes: a refusal is a 502, a guess would be another caller's answer.
 */
async function expectAgreement(bytes: string, options: { method: string; cuts?: number[] }): Promise<AnswerReading> {
  const ours = readWithOurs(bytes, options)
  const node = await readWithNode(bytes, options)
  if (ours.kind === 'refused') return ours
  if (ours.kind === 'incomplete') {
    expect({ bytes, node }).toEqual({ bytes, node: null })
    return ours
  }
  expect({ bytes, node }).toMatchObject({ bytes, node: { status: ours.status, body: ours.body } })
  const fields = pairs(node?.headers ?? [])
  for (const pair of pairs(ours.headers)) expect({ bytes, fields }).toEqual({ bytes, fields: expect.arrayContaining([pair]) })
  return ours
}

function pairs(flat: readonly string[]): string[] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${flat[i + 1]}`] : []))
}

describe.each(METHODS)('an answer to %s', (method) => {
  test.each(AMBIGUOUS_ANSWERS)('%j is read as llhttp reads it, or refused', async (bytes) => {
    const whole = await expectAgreement(bytes, { method })
    for (let cut = 1; cut < bytes.length; cut += 1) expect(readWithOurs(bytes, { method, cuts: [cut] })).toEqual(whole)
  })
})

const token = fc.stringMatching(/^[!#$%&'*+.^`|~0-9A-Za-z-]{1,12}$/)
const plainName = token.filter(
  (name) => !/^(content-length|transfer-encoding|connection|keep-alive|host|te|trailer|upgrade|expect|via)$/i.test(name),
)
const plainValue = fc.stringMatching(/^[!-~\x80-\xff]([\t -~\x80-\xff]{0,20}[!-~\x80-\xff])?$/)
const text = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 300 })
const status = fc.constantFrom(200, 201, 206, 301, 400, 404, 418, 500, 503, 599)
const cuts = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 5 })

const framed = fc
  .record({ body: text, way: fc.constantFrom('length', 'chunked', 'close'), size: fc.integer({ min: 1, max: 40 }) })
  .map(({ body, way, size }) => {
    if (way === 'length') return { body, field: `Content-Length: ${body.length}\r\n`, bytes: body }
    if (way === 'close') return { body, field: '', bytes: body }
    const chunks = body.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    const bytes = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
    return { body, field: 'Transfer-Encoding: chunked\r\n', bytes: `${bytes}0\r\n\r\n` }
  })

test('every well-formed answer is read, and as llhttp reads it', async () => {
  const fields = fc.array(fc.tuple(plainName, plainValue), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(status, fields, framed, cuts, async (code, list, { body, field, bytes }, at) => {
      const lines = list.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      const seen = await expectAgreement(`HTTP/1.1 ${code} Fine\r\n${lines}${field}\r\n${bytes}`, { method: 'GET', cuts: at })
      expect(seen).toMatchObject({ kind: 'whole', status: code, body })
    }),
    { numRuns: 300 },
  )
}, 90_000)

test('an answer with bytes changed, left out or put in is read as llhttp reads it, or refused', async () => {
  const spoiled = fc.array(
    fc.tuple(
      fc.constantFrom('change', 'drop', 'insert'),
      fc.nat(),
      fc.oneof(
        fc.constantFrom(' ', '\t', '\r', '\n', '\0', ':', ',', ';', '0', '5', 'c', '\x0b', '\xff'),
        text.filter((one) => one.length > 0),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...AMBIGUOUS_ANSWERS),
      spoiled,
      cuts,
      fc.constantFrom(...METHODS),
      async (answer, changes, at, method) => {
        let bytes = answer
        for (const [how, where, what] of changes) {
          const place = where % (bytes.length + 1)
          bytes = bytes.slice(0, place) + (how === 'drop' ? '' : what) + bytes.slice(how === 'insert' ? place : place + 1)
        }
        await expectAgreement(bytes, { method, cuts: at })
      },
    ),
    { numRuns: 1_500 },
  )
}, 90_000)
