import { expect, test } from 'vitest'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { callTool } from '../../functions/call-tool.ts'
import { LIMITS } from '../../functions/limits.ts'
import type { GitHubClient } from './client.ts'
import { getCodeDiff, listCommits } from './commits.ts'

const SHAS = Array.from({ length: 12 }, (_, i) => i.toString(16).repeat(40))
const asked: unknown[] = []
const github: GitHubClient = {
  repository: 'o/r',
  readFile: () => Promise.reject(new Error('not asked')),
  async commits(query) {
    asked.push(query)
    const from = query.sha === undefined ? 0 : SHAS.findIndex((sha) => sha.startsWith(query.sha ?? ''))
    return SHAS.slice(from, from + query.limit).map((sha) => ({
      sha,
      message: `commit ${sha[0]}`,
      author: 'Ada',
      at: '2026-11-29T10:00:00Z',
    }))
  },
  changes: async (sha) => [
    { path: `src/${sha[0]}.ts`, additions: 1, deletions: 0, patch: `+${'x'.repeat(5_000)}` },
    { path: 'docs/a.md', additions: 1, deletions: 0, patch: '+y' },
  ],
}

async function call(name: string, args: object, service = 'inventory') {
  const tools = [listCommits, getCodeDiff].map((create) => create(github, (each) => each === 'inventory'))
  const made = { id: 'c', type: 'function' as const, function: { name, arguments: JSON.stringify(args) } }
  const { result } = await callTool(tools, made, { incident: incidentOf(service), limits: LIMITS, signal: new AbortController().signal })
  expect(result.length).toBeLessThanOrEqual(4_096)
  return JSON.parse(result)
}

test('get_code_diff gives the commits after the older one, with what each changed, cut to fit', async () => {
  const found = await call('get_code_diff', { from: SHAS[3], to: SHAS[1] })
  expect(found.commits.map(({ sha }: { sha: string }) => sha)).toEqual([SHAS[1], SHAS[2]])
  expect(found).toMatchObject({ ok: true, complete: true, files: [{ path: 'src/1.ts' }, { path: 'docs/a.md' }, { path: 'src/2.ts' }, {}] })
  const inFolder = await call('get_code_diff', { from: SHAS[3], to: SHAS[1], path: 'docs' })
  expect(new Set(inFolder.files.map(({ path }: { path: string }) => path))).toEqual(new Set(['docs/a.md']))
})

test('an older commit that is too far back makes the diff incomplete', async () => {
  const far = await call('get_code_diff', { from: SHAS[11], to: SHAS[0] })
  expect(far).toMatchObject({ complete: false, errors: [expect.stringContaining('not among the last 8 commits')], truncated: 8 })
})

test('list_commits says that there are more, and passes path and time on', async () => {
  const found = await call('list_commits', { since: '2026-11-29T00:00:00Z', path: 'src', limit: 2 })
  expect(found).toMatchObject({ truncated: 1, commits: [{ sha: SHAS[0] }, { sha: SHAS[1] }] })
  expect(asked.at(-1)).toMatchObject({ since: '2026-11-29T00:00:00Z', path: 'src', limit: 3 })
})

test.each([
  ['a ref that is no commit', { from: 'main', to: SHAS[0] }, 'inventory', 'invalid_arguments'],
  ['a path out of the repository', { from: SHAS[1], to: SHAS[0], path: '../x' }, 'inventory', 'invalid_request'],
  ['another service', { from: SHAS[1], to: SHAS[0] }, 'payments', 'not_seen'],
])('get_code_diff refuses %s', async (_what, args, service, code) => {
  expect((await call('get_code_diff', args, service)).error.code).toBe(code)
})
