import { Octokit } from '@octokit/rest'
import { afterAll, expect, test } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns } from '../test-stand-ins.ts'
import { openSourceTree } from './open-source-tree.ts'
import { createTestRepository, GIT_ENVIRONMENT } from './test-repository.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const HERE = { owner: KNOWN.githubOwner, repo: KNOWN.githubRepo }

// Tests that commit make one of their own.
const repository = createTestRepository()
afterAll(() => repository[Symbol.dispose]())

function clientOf(url: string, auth: string | undefined = KNOWN.githubToken) {
  return new Octokit({ baseUrl: `${url}/github`, log: silent, ...(auth && { auth }) })
}

async function serve(root: string, { ref, now }: { ref?: string; now?: () => number } = {}) {
  const tree = await openSourceTree({ root, ref, environment: GIT_ENVIRONMENT }, (reason) => {
    throw new Error(reason)
  })
  return startStandIns({ tree, ...(now && { now }) })
}

test("the SDK reads a file as JSON: base64 in lines of 60, the blob's SHA-1, the size", async () => {
  await using standIns = await serve(repository.root)
  const { data } = await clientOf(standIns.url).repos.getContent({
    ...HERE,
    path: 'src/app.ts',
    ref: repository.git('rev-parse', 'HEAD~1'),
  })
  if (Array.isArray(data) || data.type !== 'file') throw new Error('not a file')
  expect(data).toMatchObject({
    name: 'app.ts',
    path: 'src/app.ts',
    size: 144,
    encoding: 'base64',
    sha: repository.git('rev-parse', 'HEAD~1:src/app.ts'),
  })
  expect(data.content.split('\n').map((line) => line.length)).toEqual([60, 60, 60, 12, 0])
  expect(Buffer.from(data.content, 'base64').toString()).toMatch(/^export const price/)
})

test('the SDK reads a file raw, with a path that needs encoding, at the commit that ran when the stand-in started', async () => {
  using repository = createTestRepository()
  await using standIns = await serve(repository.root)
  repository.write('src/app.ts', 'later\n')
  repository.git('commit', '--quiet', '-am', 'Third')
  const raw = async (path: string, ref?: string) =>
    (await clientOf(standIns.url).repos.getContent({ ...HERE, path, ...(ref && { ref }), mediaType: { format: 'raw' } })).data
  expect(await raw('src/app.ts')).toBe('changed\n')
  expect(await raw('src/app.ts', 'main')).toBe('changed\n')
  expect(await raw('src/app.ts', repository.git('rev-parse', 'HEAD'))).toBe('later\n')
  expect(await raw('src/deep/ünïcode name.ts')).toBe('1\n')
})

test('lists folders without content, the root too', async () => {
  await using standIns = await serve(repository.root)
  const list = async (path: string) => {
    const { data } = await clientOf(standIns.url).repos.getContent({ ...HERE, path })
    if (!Array.isArray(data)) throw new Error('not a folder')
    return data.map(({ type, path: at, size }) => [type, at, size > 0])
  }
  expect(await list('')).toEqual([
    ['file', '.gitignore', true],
    ['file', 'README.md', true],
    ['dir', 'src', false],
  ])
  expect(await list('src')).toEqual([
    ['file', 'src/app.ts', true],
    ['dir', 'src/deep', false],
    ['symlink', 'src/link.ts', true],
    ['symlink', 'src/outside', true],
  ])
})

test('a link inside the repository reads as its file, one that leads out is only described', async () => {
  await using standIns = await serve(repository.root)
  const { repos } = clientOf(standIns.url)
  expect((await repos.getContent({ ...HERE, path: 'src/link.ts', mediaType: { format: 'raw' } })).data).toBe('changed\n')
  expect((await repos.getContent({ ...HERE, path: 'src/outside' })).data).toMatchObject({ type: 'symlink', target: '/etc/passwd' })
})

test.each([
  '../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  'src/../.env',
  'src%2F..%2F.env',
  '%2e%2e/%2e%2e/etc/passwd',
  '/etc/passwd',
  '%2Fetc%2Fpasswd',
  '.env',
  'untracked.ts',
  '.git/config',
  '.GIT%2fconfig',
  'src%00/app.ts',
  'src//app.ts',
  'src%5C..%5C.env',
  'src/outside/x',
  'README.md?ref=HEAD~1',
  'README.md?ref=--output=/tmp/x',
  'README.md?ref=main..main',
  'README.md?ref=:/First',
])('serves nothing for %s', async (path) => {
  await using standIns = await serve(repository.root)
  // inject, since fetch would tidy the path up.
  const response = await standIns.app.inject({
    url: `/github/repos/oncall-lab/oncall-lab/contents/${path}`,
    headers: { host: 'localhost', authorization: `Bearer ${KNOWN.githubToken}` },
  })
  expect([400, 404]).toContain(response.statusCode)
  expect(response.json()).toEqual({
    message: expect.any(String),
    documentation_url: expect.stringContaining('https://docs.github.com/'),
    status: String(response.statusCode),
  })
})

test('reads commits newest first over pages, by path, and one commit with its files', async () => {
  await using standIns = await serve(repository.root)
  const { repos, paginate } = clientOf(standIns.url)
  const subjects = async (options: object) =>
    (await paginate(repos.listCommits, { ...HERE, ...options })).map(({ commit }) => commit.message)
  expect(await subjects({ per_page: 1 })).toEqual(['Second', 'First\n\nWith a body'])
  expect(await subjects({ path: 'README.md' })).toEqual(['First\n\nWith a body'])
  const { data } = await repos.getCommit({ ...HERE, ref: 'main' })
  expect(data).toMatchObject({
    sha: repository.git('rev-parse', 'HEAD'),
    commit: { message: 'Second', author: { name: 'Mei', email: 'mei@oncall-lab.example' } },
    parents: [{ sha: repository.git('rev-parse', 'HEAD~1') }],
    stats: { additions: 1, deletions: 3, total: 4 },
    files: [{ filename: 'src/app.ts', status: 'modified', additions: 1, deletions: 3 }],
  })
  await expect(repos.getCommit({ ...HERE, ref: 'nothing' })).rejects.toMatchObject({ status: 422 })
})

test('GITHUB_REF chooses the commit', async () => {
  await using standIns = await serve(repository.root, { ref: repository.git('rev-parse', 'HEAD~1') })
  const { data } = await clientOf(standIns.url).repos.getCommit({ ...HERE, ref: 'HEAD' })
  expect(data.commit.message).toBe('First\n\nWith a body')
})

test('answers 404 as GitHub for another repository, an unknown path and an unknown ref', async () => {
  await using standIns = await serve(repository.root)
  const { repos } = clientOf(standIns.url)
  expect((await repos.get(HERE)).data).toMatchObject({ full_name: 'oncall-lab/oncall-lab', default_branch: 'main' })
  await expect(repos.get({ owner: 'other', repo: 'other' })).rejects.toMatchObject({ status: 404 })
  await expect(repos.getContent({ ...HERE, path: 'nothing.ts' })).rejects.toMatchObject({
    status: 404,
    response: { data: { message: 'Not Found', status: '404' } },
  })
  await expect(repos.getContent({ ...HERE, path: 'README.md', ref: 'nothing' })).rejects.toMatchObject({
    status: 404,
    response: { data: { message: 'No commit found for the ref nothing' } },
  })
})

test('refuses a wrong token, and counts callers without one to 60 an hour, with a token to 5,000', async () => {
  let nowMs = Date.now()
  await using standIns = await serve(repository.root, { now: () => nowMs })
  await expect(clientOf(standIns.url, 'wrong').repos.get(HERE)).rejects.toMatchObject({
    status: 401,
    response: { data: { message: 'Bad credentials' } },
  })
  expect((await clientOf(standIns.url).repos.get(HERE)).headers).toMatchObject({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-used': '1',
  })
  const anonymous = new Octokit({ baseUrl: `${standIns.url}/github`, log: silent })
  for (let used = 1; used <= 60; used += 1)
    expect((await anonymous.repos.get(HERE)).headers['x-ratelimit-remaining']).toBe(String(60 - used))
  await expect(anonymous.repos.get(HERE)).rejects.toMatchObject({
    status: 403,
    response: {
      headers: { 'x-ratelimit-remaining': '0' },
      data: { message: expect.stringContaining('API rate limit exceeded for 127.0.0.1.') },
    },
  })
  expect((await anonymous.rateLimit.get()).data.rate).toMatchObject({ limit: 60, used: 60, remaining: 0 })
  nowMs += 3_601_000
  expect((await anonymous.repos.get(HERE)).headers['x-ratelimit-remaining']).toBe('59')
})

test('answers 304 to a known ETag, for free with a token', async () => {
  await using standIns = await serve(repository.root)
  const { repos } = clientOf(standIns.url)
  const { headers } = await repos.getContent({ ...HERE, path: 'README.md' })
  await expect(repos.getContent({ ...HERE, path: 'README.md', headers: { 'if-none-match': headers.etag } })).rejects.toMatchObject({
    status: 304,
    response: { headers: { 'x-ratelimit-used': '1' } },
  })
  expect((await repos.getContent({ ...HERE, path: 'src/app.ts', headers: { 'if-none-match': headers.etag } })).status).toBe(200)
})
