import { expect } from 'vitest'
import type { Check } from './check.ts'
import { fromRows } from './check.ts'
import type { GitHubWorld } from './github.ts'

const RAW = { accept: 'application/vnd.github.raw+json' }

/** Contents, paths and links: 55 checks. */
export function contentChecks(world: GitHubWorld): Check[] {
  return [...contents(world), ...paths(world), ...links(world)]
}

function contents({ call, here, sample }: GitHubWorld): Check[] {
  const area = 'GET contents'
  const at = (path: string, ref?: string) => `GET ${here}/contents/${path}${ref ? `?ref=${encodeURIComponent(ref)}` : ''}`
  const check = (what: string, run: () => Promise<void>): Check => ({ area, what, run })
  const { first } = sample
  return [
    ...fromRows(area, () => call, [
      ['a file', at('src/app.ts'), {}, 200, { type: 'file', name: 'app.ts', path: 'src/app.ts', encoding: 'base64', size: 8 }],
      ["a file's SHA-1", at('src/app.ts'), {}, 200, { sha: sample.blob }],
      ['a file raw', at('src/app.ts'), { headers: RAW }, 200, 'changed\n'],
      ['a file raw, by the old media type', at('src/app.ts'), { headers: { accept: 'application/vnd.github.v3.raw' } }, 200, 'changed\n'],
      ['a file raw, by the older one', at('src/app.ts'), { headers: { accept: 'application/vnd.github.3.raw' } }, 200, 'changed\n'],
      ['a file raw, by the plain one', at('src/app.ts'), { headers: { accept: 'application/vnd.github.raw' } }, 200, 'changed\n'],
      ['a folder', at('src'), {}, 200, [{ type: 'file' }, { type: 'dir' }, { type: 'symlink' }, { type: 'symlink' }]],
      ['the root', `GET ${here}/contents`, {}, 200, '"path":"src"'],
      ['the root with a slash', `GET ${here}/contents/`, {}, 200, '"path":"src"'],
      ['a path that needs encoding', at(encodeURI('src/deep/ünïcode name.ts')), {}, 200, { size: 2 }],
      ['exactly 1 MB comes with its content', at('exact.bin'), {}, 200, { encoding: 'base64', size: 1_048_576 }],
      ['above 1 MB comes without', at('large.bin'), {}, 200, { encoding: 'none', content: '', size: 1_500_000 }],
      ['above 1 MB raw', at('large.bin'), { headers: RAW }, 200],
      ['a link in the repository reads as its file', at('src/link.ts'), {}, 200, { type: 'file', size: 8 }],
      ['a link out of it is described', at('src/outside'), {}, 200, { type: 'symlink', target: '/etc/passwd' }],
      ['an unknown path is 404', at('nothing.ts'), {}, 404, { message: 'Not Found', status: '404' }],
      ['an unknown ref is 404 and named', at('README.md', 'nothing'), {}, 404, { message: 'No commit found for the ref nothing' }],
      ['by branch', at('README.md', 'main'), {}, 200],
      ['by a branch with a slash', at('READ.md', 'feature/slash'), {}, 200],
      ['by tag', at('README.md', 'v1'), {}, 200, { size: 7 }],
      ['by annotated tag', at('README.md', 'v2'), {}, 200, { size: 7 }],
      ['by SHA', at('README.md', first), {}, 200, { size: 7 }],
      ['by a short SHA', at('README.md', first.slice(0, 10)), {}, 200, { size: 7 }],
      ['by refs/heads/…', at('README.md', 'refs/heads/main'), {}, 200],
      ['by refs/tags/…', at('README.md', 'refs/tags/v1'), {}, 200, { size: 7 }],
      ['a submodule has its git address', at('sub'), {}, 200, '"submodule_git_url"'],
      ['a submodule by itself is of its type', at('sub'), {}, 200, { type: 'submodule' }],
      [
        'a folder as an object',
        at('src'),
        { headers: { accept: 'application/vnd.github.object+json' } },
        200,
        { type: 'dir', entries: [{ type: 'file' }] },
      ],
      ['a file as HTML', at('README.md'), { headers: { accept: 'application/vnd.github.html+json' } }, 200, '<h1'],
    ]),
    check('content is base64 in lines of 60', async () => {
      const { content } = (await call(at('src/app.ts', first))).json()
      expect(content.split('\n').map((line: string) => line.length)).toEqual([60, 60, 60, 12, 0])
    }),
    check('a binary file is the same byte for byte', async () => {
      const { content } = (await call(at('image.bin'))).json()
      expect([...Buffer.from(content, 'base64')]).toEqual(Array.from({ length: 256 }, (_, byte) => byte))
    }),
    check('a folder shows 1,000 entries at most', async () => expect((await call(at('many'))).json()).toHaveLength(1_000)),
    check('a folder has no content', async () => expect((await call(at('src'))).json()[0]).not.toHaveProperty('content')),
    check('an untracked file is 404', async () => expect((await call(at('untracked.ts'))).status).toBe(404)),
  ]
}

/** Nothing of the disk, whatever the path: 17 checks. */
function paths({ call, here }: GitHubWorld): Check[] {
  const given = [
    '..%2f..%2f..%2fetc%2fpasswd',
    'src%2F..%2F.env',
    '%2Fetc%2Fpasswd',
    '.env',
    '.git/config',
    '.GIT%2fconfig',
    'src%00/app.ts',
    'src//app.ts',
    'src%5C..%5C.env',
    'src/outside/x',
    'README.md?ref=--output=/tmp/x',
    'README.md?ref=main..main',
    'README.md?ref=:/First',
    'README.md?ref=HEAD~1',
    '%c0%ae%c0%ae/etc/passwd',
    'src%2e%2e%2f.env',
    '%',
  ]
  return given.map((path) => ({
    area: 'path traversal',
    what: path,
    async run() {
      const answer = await call(`GET ${here}/contents/${path}`)
      expect([400, 404]).toContain(answer.status)
      expect(answer.json()).toEqual({ message: expect.any(String), documentation_url: expect.any(String), status: String(answer.status) })
    },
  }))
}

function links({ call, here, root }: GitHubWorld): Check[] {
  const leads = (name: string): Check => ({
    area: 'links',
    what: `${name} of a file leads somewhere`,
    async run() {
      const file = (await call(`GET ${here}/contents/src/app.ts`)).json()
      expect((await call(`GET ${new URL(file[name]).href.replace(root, '')}`)).status).toBe(200)
    },
  })
  return ['url', 'git_url', 'html_url', 'download_url'].map(leads)
}
