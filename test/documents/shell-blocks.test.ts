import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commandsOf, KINDS, readShellBlocks, shiftCommand } from './shell-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })]

describe.each(documents)('the commands of %s', (document) => {
  const blocks = readShellBlocks(readFileSync(`${root}${document}`, 'utf8'))

  it('stand in blocks of a known kind', () => {
    expect(blocks.filter(({ kind }) => !KINDS.some((known) => known === kind)).map(({ line, kind }) => `${line}: ${kind}`)).toEqual([])
  })

  it('are steps of .ci/run where their block says so', () => {
    const steps = readFileSync(`${root}.ci/run`, 'utf8')
    const said = blocks.filter(({ kind }) => kind === 'ci').flatMap(commandsOf)
    expect(said.filter((command) => !steps.includes(` ${command}\n`))).toEqual([])
  })

  it('quote each address with a question mark, which some shells expand', () => {
    expect(blocks.flatMap(commandsOf).filter((command) => /(^|\s)[^'"\s]*:\d+[^'"\s]*\?/.test(command))).toEqual([])
  })

  it('start with npx or ./lab, never with a pnpm of the reader', () => {
    expect(blocks.flatMap(commandsOf).filter((command) => /^pnpm\b/.test(command))).toEqual([])
  })
})

it('reads blocks with their kind and line, and commands without comments', () => {
  const [one, other, ...rest] = readShellBlocks(
    'a\n```sh page\n./lab up  # comment\n# whole line\n\n```\n```ts\ncode\n```\n```sh\nls\n```\n',
  )
  expect(one).toMatchObject({ line: 2, kind: 'page' })
  expect(one && commandsOf(one)).toEqual(['./lab up'])
  expect(other).toMatchObject({ line: 10, kind: '', text: 'ls\n' })
  expect(rest).toEqual([])
})

it.each([
  [`curl 'localhost:8088/api/events?after=0'`, `curl 'localhost:8188/api/events?after=0'`],
  [`curl -X POST localhost:7070/drain -d '{"port":8001}'`, `curl -X POST localhost:7170/drain -d '{"port":8101}'`],
  ['./lab fault errors --ports 8001,8002 --p-error 0.5', './lab fault errors --ports 8101,8102 --p-error 0.5'],
  ['./lab traffic --rps 50', './lab traffic --rps 50'],
])('shifts the ports of %s', (command, shifted) => {
  expect(shiftCommand(command, 100)).toBe(shifted)
})
