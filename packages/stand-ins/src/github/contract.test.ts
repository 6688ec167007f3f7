import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns } from '../test-stand-ins.ts'
import { openSourceTree } from './open-source-tree.ts'
import { createTestRepository, GIT_ENVIRONMENT } from './test-repository.ts'

const HERE = { owner: KNOWN.githubOwner, repo: KNOWN.githubRepo }
const BASE = `/repos/${HERE.owner}/${HERE.repo}`
const repository = createTestRepository()
let standIns: Awaited<ReturnType<typeof startStandIns>>

beforeAll(async () => {
  repository.git('mv', 'README.md', 'READ.md')
  repository.git('commit', '--quiet', '-m', 'Third')
  const source = { root: repository.root, ref: undefined, environment: GIT_ENVIRONMENT }
  const tree = await openSourceTree(source, (reason) => {
    throw new Error(reason)
  })
  standIns = await startStandIns({ tree })
})
afterAll(async () => {
  await standIns?.app.close()
  repository[Symbol.dispose]()
})

async function get(path: string) {
  const response = await fetch(`${standIns.url}/github${path}`, { headers: { authorization: `Bearer ${KNOWN.githubToken}` } })
  const text = await response.text()
  return { status: response.status, text, json: () => JSON.parse(text), headers: response.headers }
}

test.each([
  ['until=2020-01-01T00:00:00Z', 0],
  ['since=2020-01-01T00:00:00Z', 3],
  ['since=2099-01-01T00:00:00Z', 0],
  ['author=nobody', 0],
  ['author=Mei', 3],
  ['author=mei@oncall-lab.example', 3],
  ['author=.*', 0],
  ['committer=nobody', 0],
  ['committer=Mei', 3],
  ['since=soon', 3],
  ['path=src/app.ts', 2],
])('GitHub lists the commits of ?%s: %i', async (query, count) => {
  expect((await get(`${BASE}/commits?${query}`)).json()).toHaveLength(count)
})

test.each([
  ['GET commits of an unknown sha', '/commits?sha=nothing', 404],
  ['GET commits of an option', '/commits?sha=--all', 404],
  ['GET one unknown commit', '/commits/nothing', 422],
  ['pulls of a commit', '/commits/main/pulls', 200],
  ['status of a commit', '/commits/main/status', 200],
  ['check runs of a commit', '/commits/main/check-runs', 200],
  ['check runs of an unknown commit', '/commits/nothing/check-runs', 422],
  ['an unknown blob', `/git/blobs/${'0'.repeat(40)}`, 404],
  ['a blob that is an option', '/git/blobs/--help', 404],
  ['an unknown tree', `/git/trees/${'0'.repeat(40)}`, 404],
  ['the tree of a branch', '/git/trees/main', 200],
])('GitHub answers %s (%s) with %i', async (_case, path, status) => {
  expect((await get(`${BASE}${path}`)).status).toBe(status)
})

test('a commit comes with patches, blob addresses and renames', async () => {
  const octokit = new Octokit({ baseUrl: `${standIns.url}/github`, auth: KNOWN.githubToken })
  const second = await octokit.repos.getCommit({ ...HERE, ref: repository.git('rev-parse', 'HEAD~1') })
  expect(second.data.files).toMatchObject([
    { filename: 'src/app.ts', status: 'modified', additions: 1, deletions: 3, sha: repository.git('rev-parse', 'HEAD~1:src/app.ts') },
  ])
  expect(second.data.files?.[0]?.patch).toMatch(/^@@ -1,3 \+1 @@\n-export const price/)
  const third = await octokit.repos.getCommit({ ...HERE, ref: 'main' })
  expect(third.data.files).toMatchObject([{ filename: 'READ.md', previous_filename: 'README.md', status: 'renamed', changes: 0 }])
  expect(third.data.files?.[0]).not.toHaveProperty('patch')
})

test('no address that a file or a commit carries is dead', async () => {
  const file = (await get(`${BASE}/contents/src/app.ts`)).json()
  for (const address of [file.url, file.git_url, file.html_url, file.download_url])
    expect((await get(new URL(address).pathname.replace(/^\/github/, ''))).status).toBe(200)
  expect((await get(new URL(file.download_url).pathname.replace(/^\/github/, ''))).text).toBe('changed\n')
  const blob = (await get(`${BASE}/git/blobs/${file.sha}`)).json()
  expect(Buffer.from(blob.content, 'base64').toString()).toBe('changed\n')
  const commit = (await get(`${BASE}/commits/main`)).json()
  for (const address of [commit.url, commit.commit.tree.url, commit.files[0].raw_url, commit.files[0].blob_url])
    expect((await get(new URL(address).pathname.replace(/^\/github/, ''))).status).toBe(200)
})

test('pages of commits are linked forwards and backwards', async () => {
  expect((await get(`${BASE}/commits?per_page=1`)).headers.get('link')).toMatch(/rel="next"/)
  const middle = (await get(`${BASE}/commits?per_page=1&page=2`)).headers.get('link')
  for (const rel of ['prev', 'first', 'next']) expect(middle).toContain(`rel="${rel}"`)
})
