import { expect } from 'vitest'
import type { Check } from './check.ts'
import type { GitHubWorld } from './github.ts'

/** The list of commits and one commit: 21 checks. */
export function commitChecks(world: GitHubWorld): Check[] {
  return [...list(world), ...one(world)]
}

function list({ call, here, sample }: GitHubWorld): Check[] {
  const area = 'GET commits'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const commits = async (query = '') => (await call(`GET ${here}/commits?per_page=100${query}`)).json()
  return [
    check('newest first, with the SHAs of git', async () => expect((await commits())[0].sha).toBe(sample.head)),
    check('all of them, as git counts', async () =>
      expect(await commits()).toHaveLength(Number(sample.git('rev-list', '--count', 'HEAD'))),
    ),
    check('by path', async () => expect((await commits('&path=src/app.ts')).length).toBe(2)),
    check('by sha', async () => expect(await commits(`&sha=${sample.first}`)).toHaveLength(1)),
    check('pages are linked: next, then prev and first', async () => {
      const link = async (page: number) => (await call(`GET ${here}/commits?per_page=2&page=${page}`)).headers.get('link') ?? ''
      expect(await link(1)).toContain('rel="next"')
      for (const rel of ['prev', 'first', 'next']) expect(await link(2)).toContain(`rel="${rel}"`)
    }),
    check('pages are linked to the last', async () =>
      expect((await call(`GET ${here}/commits?per_page=2`)).headers.get('link')).toContain('rel="last"'),
    ),
    check('until', async () => expect(await commits('&until=2020-01-01T00:00:00Z')).toEqual([])),
    check('since', async () => expect(await commits('&since=2099-01-01T00:00:00Z')).toEqual([])),
    check('author', async () => {
      expect(await commits('&author=nobody')).toEqual([])
      expect((await commits('&author=mei@oncall-lab.example')).length).toBeGreaterThan(3)
    }),
    check('committer', async () => expect(await commits('&committer=nobody')).toEqual([])),
    check('an unknown sha is 404', async () => expect((await call(`GET ${here}/commits?sha=nothing`)).status).toBe(404)),
  ]
}

function one({ call, here, sample }: GitHubWorld): Check[] {
  const area = 'GET commits/{ref}'
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const commit = async (ref: string, accept?: string) => call(`GET ${here}/commits/${ref}`, accept ? { headers: { accept } } : {})
  const second = () => sample.git('rev-list', '--reverse', '--first-parent', 'HEAD').split('\n')[1] ?? ''
  return [
    check('by SHA, with parents and message', async () =>
      expect((await commit(second())).json()).toMatchObject({
        sha: second(),
        parents: [{ sha: sample.first }],
        commit: { message: 'Second' },
      }),
    ),
    check('counts of lines', async () => expect((await commit(second())).json().stats).toEqual({ total: 4, additions: 1, deletions: 3 })),
    check('by branch', async () => expect((await commit('main')).json().sha).toBe(sample.head)),
    check('an unknown one is 422', async () => expect((await commit('nothing')).status).toBe(422)),
    check('files have a patch', async () =>
      expect((await commit(second())).json().files[0].patch).toMatch(/^@@ -1,3 \+1 @@\n-export const price/),
    ),
    check('files have their SHA and addresses', async () =>
      expect((await commit(second())).json().files[0]).toMatchObject({
        sha: sample.blob,
        blob_url: expect.any(String),
        raw_url: expect.any(String),
        contents_url: expect.any(String),
      }),
    ),
    check('a rename is one file with its old name', async () =>
      expect((await commit(sample.renamed)).json().files).toMatchObject([
        { filename: 'READ.md', previous_filename: 'README.md', status: 'renamed' },
      ]),
    ),
    check('the subresource pulls is not taken for a ref', async () => expect((await commit('main/pulls')).json()).toEqual([])),
    check('as a diff', async () =>
      expect((await commit(second(), 'application/vnd.github.diff')).text).toMatch(/^diff --git a\/src\/app\.ts b\/src\/app\.ts\n/),
    ),
    check('as a SHA', async () => expect((await commit('main', 'application/vnd.github.sha')).text).toBe(sample.head)),
  ]
}
