import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CURRENT, loadHistory, type ShopCommit } from './history.ts'
import { RELEASES } from './release-list.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'history-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

test('every listed release is given by the present source, and the current one is that source', () => {
  const { releases, left_out } = loadHistory(ROOT)
  expect(left_out).toEqual([])
  expect(releases.map(({ release }) => release)).toEqual(RELEASES.map(({ release }) => release))
  expect(releases.filter(({ runs }) => runs === undefined).map(({ release }) => release)).toEqual([CURRENT])
})

test('the commits have the SHAs that git gives them', () => {
  const { releases } = loadHistory(ROOT)
  const directory = temporaryDirectory()
  const git = (args: string[], env: Record<string, string> = {}) =>
    execFileSync('git', ['-C', directory, '-c', 'commit.gpgsign=false', ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      encoding: 'utf8',
    }).trim()
  git(['init', '--quiet', '--initial-branch=main'])
  const make = ({ files, message, author }: ShopCommit) => {
    git(['rm', '-rq', '--ignore-unmatch', '.'])
    for (const [path, content] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), content)
    }
    git(['add', '-A'])
    const [name, email, date] = [author.name, author.email, author.date]
    const who = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email }
    git(['commit', '--quiet', '-m', message], { ...who, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date })
    return git(['rev-parse', 'HEAD'])
  }
  const line = releases.slice(0, 2).flatMap(({ commits }) => commits)
  expect(line.map(make)).toEqual(line.map(({ sha }) => sha))
})

test('a release whose patch no longer fits is left out with the reason, and the others stay', () => {
  const root = temporaryDirectory()
  for (const name of ['inventory', 'service-kit'])
    cpSync(join(ROOT, `packages/${name}/src`), join(root, `packages/${name}/src`), { recursive: true })
  for (const name of ['inventory', 'service-kit'])
    cpSync(join(ROOT, `packages/${name}/package.json`), join(root, `packages/${name}/package.json`))
  writeFileSync(join(root, 'packages/inventory/src/views.ts'), 'export {}\n')
  const { releases, left_out } = loadHistory(root)
  expect(left_out[0]).toEqual({
    release: 'r2',
    reason: expect.stringMatching(/^r3 cannot be taken back: packages\/inventory\/src\/views\.ts/),
  })
  expect(releases.map(({ release }) => release)).toContain(CURRENT)
})

test('what the lab keeps inside the shop to break it is in no commit', () => {
  const paths = loadHistory(ROOT).releases.flatMap(({ commits }) => commits.flatMap(({ files }) => [...files.keys()]))
  expect(paths.filter((path) => /fault|drill|test|trial|patch/.test(path))).toEqual([])
})

test('no commit brings a word that tells that it is there to break the shop', () => {
  const telling = /\b(drills?|faults?|inject\w*|chaos|guilty|decoy|sabotage|broken|breaks?|bugs?|leaks?|never evict\w*|n\+1|regress\w*)\b/gi
  const wordsOf = (texts: string[]) => texts.flatMap((text) => text.match(telling) ?? [])
  const commits = loadHistory(ROOT).releases.flatMap(({ commits }) => commits)
  const brought = commits.flatMap(({ message, author, changes }) => {
    // A word that a changed line had before, such as the name of a variable, is not the commit's.
    const inHunks = changes
      .flatMap(({ hunks }) => hunks)
      .flatMap(({ lines }) => {
        const before = wordsOf(lines.filter((line) => line.startsWith('-')))
        return wordsOf(lines.filter((line) => line.startsWith('+'))).filter((word) => !before.includes(word))
      })
    return [...wordsOf([message, author.name, ...changes.map(({ path }) => path)]), ...inHunks]
  })
  expect(commits.length).toBeGreaterThan(20)
  expect(brought).toEqual([])
})
