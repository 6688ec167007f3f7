import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { expect } from 'vitest'
import { type Call, type Check, callerOf, fromRows } from './check.ts'
import { commitChecks } from './github-commits.ts'
import { contentChecks } from './github-contents.ts'
import { createSampleRepository, type SampleRepository } from './sample-repository.ts'

/** GitHub's REST API: 120 checks. Sources: `@octokit/openapi`, and GitHub's pages of the REST API. */
export async function githubChecks(): Promise<{ checks: Check[] } & AsyncDisposable> {
  const sample = createSampleRepository()
  let aheadMs = 0
  const standIns = await startStandIns({ repositoryRoot: sample.root, now: () => Date.now() + aheadMs })
  const root = `${standIns.url}/github`
  const agent = { 'user-agent': 'checks' }
  const call = callerOf(root, { ...agent, authorization: `Bearer ${KNOWN.githubToken}` })
  const here = `/repos/${KNOWN.githubOwner}/${KNOWN.githubRepo}`
  const world: GitHubWorld = { call, root, here, sample, ahead: (ms) => (aheadMs += ms), standIns: standIns.url }
  return {
    checks: [...contentChecks(world), ...limitChecks(world), ...commitChecks(world), ...repositoryChecks(world), ...furtherChecks(world)],
    async [Symbol.asyncDispose]() {
      await standIns.app.close()
      sample[Symbol.dispose]()
    },
  }
}

export interface GitHubWorld {
  call: Call
  root: string
  /** `/repos/{owner}/{repo}` */
  here: string
  sample: SampleRepository
  ahead: (ms: number) => number
  standIns: string
}

function limitChecks({ call, root, here, ahead, standIns }: GitHubWorld): Check[] {
  const area = 'ETag, limits'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const path = `GET ${here}/contents/README.md`
  const usedOf = (headers: Headers) => Number(headers.get('x-ratelimit-used'))
  return [
    check('a known ETag is 304 without a body', async () => {
      const etag = (await call(path)).headers.get('etag') ?? ''
      const again = await call(path, { headers: { 'if-none-match': etag } })
      expect([again.status, again.text]).toEqual([304, ''])
    }),
    check('304 is free with a token', async () => {
      const first = await call(path)
      const again = await call(path, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
      expect(usedOf(again.headers)).toBe(usedOf(first.headers))
    }),
    check('with a token 5,000 an hour', async () => expect((await call(path)).headers.get('x-ratelimit-limit')).toBe('5000')),
    check('without one 60 an hour, then 403 with 0 remaining', async () => {
      const nobody = callerOf(root, { 'user-agent': 'checks' })
      let answer = await nobody(path)
      for (let asked = 0; asked < 61 && answer.status === 200; asked += 1) answer = await nobody(path)
      expect([answer.status, answer.headers.get('x-ratelimit-remaining')]).toEqual([403, '0'])
      ahead(3_700_000)
    }),
    check('the secondary limit is 403 or 429 with Retry-After', async () => {
      const fault = { vendor: 'github', count: 1, fault: { kind: 'status', status: 403, retry_after: 60 } }
      await callerOf(standIns)('POST /stand-ins/fault', { json: fault })
      const answer = await call(path)
      expect([answer.status, answer.headers.get('retry-after'), answer.json().message]).toEqual([
        403,
        '60',
        expect.stringContaining('secondary rate limit'),
      ])
    }),
    check('Last-Modified, and 304 to If-Modified-Since', async () => {
      const modified = (await call(path)).headers.get('last-modified') ?? ''
      expect((await call(path, { headers: { 'if-modified-since': modified } })).status).toBe(304)
    }),
  ]
}

/** Members of `full-repository` that GitHub's description requires, beside those that are addresses. */
const FULL =
  'id node_id name full_name private owner html_url description fork url archive_url branches_url commits_url compare_url contents_url tags_url trees_url created_at pushed_at updated_at default_branch language license size forks_count open_issues_count stargazers_count watchers_count has_issues has_wiki network_count subscribers_count'.split(
    ' ',
  )

function repositoryChecks({ call, root, here }: GitHubWorld): Check[] {
  const area = 'repo, rate_limit, headers, auth'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const nobody = (headers: Record<string, string>) => callerOf(root, headers)
  return [
    ...fromRows(area, () => call, [
      ['the repository', `GET ${here}`, {}, 200, { name: KNOWN.githubRepo, default_branch: 'main' }],
      ['owner and name without regard to case', `GET ${here.toUpperCase().replace('/REPOS', '/repos')}`, {}, 200],
      ['another repository is 404', 'GET /repos/other/other', {}, 404, { message: 'Not Found', status: '404' }],
      ['an unknown route is 404', 'GET /nothing', {}, 404, { message: 'Not Found' }],
      ['the rate limit', 'GET /rate_limit', {}, 200, { rate: { limit: 5_000 }, resources: { core: { limit: 5_000 } } }],
      ['the rate limit of the search', 'GET /rate_limit', {}, 200, { resources: { search: { limit: 30 } } }],
    ]),
    ...fromRows(area, () => nobody({ 'user-agent': 'checks', authorization: 'Bearer wrong' }), [
      ['a wrong token is 401', `GET ${here}`, {}, 401, { message: 'Bad credentials' }],
    ]),
    ...fromRows(area, () => nobody({ 'user-agent': 'checks', authorization: `token ${KNOWN.githubToken}` }), [
      ['`token` is as good as `Bearer`', `GET ${here}`, {}, 200],
    ]),
    check('the rate headers', async () => {
      const { headers } = await call(`GET ${here}`)
      for (const name of ['limit', 'remaining', 'reset', 'used', 'resource']) expect(headers.has(`x-ratelimit-${name}`)).toBe(true)
    }),
    check('errors name their page', async () =>
      expect((await call('GET /repos/other/other')).json().documentation_url).toMatch(/^https:\/\/docs\.github\.com\//),
    ),
    check('every answer names its request', async () =>
      expect((await call(`GET ${here}`)).headers.get('x-github-request-id')).toMatch(/^[0-9A-F:]+$/),
    ),
    check('a caller without a User-Agent is refused with 403', async () => {
      const answer = await nobody({ 'user-agent': '', authorization: `Bearer ${KNOWN.githubToken}` })(`GET ${here}`)
      expect(answer.status).toBe(403)
    }),
    check('an unknown API version is refused with 400', async () =>
      expect((await call(`GET ${here}`, { headers: { 'x-github-api-version': '1999-01-01' } })).status).toBe(400),
    ),
    check('the members of the full repository', async () => {
      const body = (await call(`GET ${here}`)).json()
      expect(FULL.filter((name) => !(name in body))).toEqual([])
    }),
  ]
}

function furtherChecks({ call, here, sample }: GitHubWorld): Check[] {
  const { head, first } = sample
  return fromRows('further routes', () => call, [
    ['pulls of a commit', `GET ${here}/commits/main/pulls`, {}, 200, []],
    ['status of a commit', `GET ${here}/commits/main/status`, {}, 200, { total_count: 0, statuses: [] }],
    ['check runs of a commit', `GET ${here}/commits/main/check-runs`, {}, 200, { total_count: 0, check_runs: [] }],
    ['a comparison', `GET ${here}/compare/${first}...${head}`, {}, 200, { status: 'ahead', behind_by: 0, base_commit: { sha: first } }],
    ['a comparison the other way', `GET ${here}/compare/${head}...${first}`, {}, 200, { status: 'behind', ahead_by: 0 }],
    ['branches', `GET ${here}/branches`, {}, 200, '"name":"main"'],
    ['a branch', `GET ${here}/branches/main`, {}, 200, { name: 'main', commit: { sha: head } }],
    ['an unknown branch', `GET ${here}/branches/nothing`, {}, 404, { message: 'Branch not found' }],
    ['tags', `GET ${here}/tags`, {}, 200, '"name":"v1"'],
    ['releases', `GET ${here}/releases`, {}, 200, []],
    ['no latest release', `GET ${here}/releases/latest`, {}, 404],
    ['deployments', `GET ${here}/deployments`, {}, 200, []],
    ['a git commit', `GET ${here}/git/commits/${head}`, {}, 200, { sha: head }],
    ['a git reference', `GET ${here}/git/ref/heads/main`, {}, 200, { ref: 'refs/heads/main', object: { sha: head, type: 'commit' } }],
    ['a blob', `GET ${here}/git/blobs/${sample.blob}`, {}, 200, { sha: sample.blob, encoding: 'base64' }],
    ['a tree', `GET ${here}/git/trees/main`, {}, 200, { truncated: false }],
    ['a tree with all below it', `GET ${here}/git/trees/main?recursive=1`, {}, 200, '"src/deep/ünïcode name.ts"'],
    ['pull requests', `GET ${here}/pulls`, {}, 200, []],
    ['runs of Actions', `GET ${here}/actions/runs`, {}, 200, { total_count: 0, workflow_runs: [] }],
    [
      'a search for code',
      `GET /search/code?q=${encodeURIComponent(`changed repo:${KNOWN.githubOwner}/${KNOWN.githubRepo}`)}`,
      {},
      200,
      { total_count: 1, items: [{ path: 'src/app.ts' }] },
    ],
    ['languages', `GET ${here}/languages`, {}, 200, 'TypeScript'],
    ['contributors', `GET ${here}/contributors`, {}, 200],
    ['the blame by GraphQL', 'POST /graphql', { json: { query: '{ viewer { login } }' } }, 200],
    ['the caller', 'GET /user', {}, 200],
  ])
}
