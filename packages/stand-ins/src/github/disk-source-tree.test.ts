import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readContents } from './contents.ts'
import { openDiskSourceTree } from './disk-source-tree.ts'
import { openSourceTree } from './open-source-tree.ts'
import { createTestRepository, GIT_ENVIRONMENT } from './test-repository.ts'

const form = { ref: undefined, raw: true, address: { api: '', html: '' } }

test("without .git the files on the disk are served, with git's own SHA, and the reason is told", async () => {
  using repository = createTestRepository()
  const sha = repository.git('rev-parse', 'HEAD:src/app.ts')
  rmSync(join(repository.root, '.git'), { recursive: true })
  const reasons: string[] = []
  const tree = await openSourceTree({ root: repository.root, ref: undefined, environment: GIT_ENVIRONMENT }, (reason) =>
    reasons.push(reason),
  )
  expect(reasons).toHaveLength(1)
  expect(tree.origin).toBe('disk')
  expect(await readContents(tree, { ...form, path: 'src/app.ts' })).toEqual({ kind: 'raw', bytes: Buffer.from('changed\n') })
  const answer = await readContents(tree, { ...form, raw: false, path: 'src' })
  expect(answer).toMatchObject({
    body: [
      { path: 'src/app.ts', sha, type: 'file' },
      { path: 'src/deep', type: 'dir' },
    ],
  })
})

test('the only commit is that tree: HEAD, main, its SHA and the given ref', async () => {
  using repository = createTestRepository()
  const tree = await openDiskSourceTree(repository.root, 'v1', 0)
  const commit = await tree.commit(undefined)
  expect(commit?.sha).toMatch(/^[0-9a-f]{40}$/)
  for (const ref of ['HEAD', 'main', 'v1', commit?.sha]) expect(await tree.commit(ref)).toBe(commit)
  expect(await tree.commit('other')).toBeUndefined()
  const running = await openDiskSourceTree(repository.root, 'a'.repeat(40), 0)
  expect((await running.commit('HEAD'))?.sha).toBe('a'.repeat(40))
})

test.each(['.env', '.git/config', 'src/link.ts', 'src/outside', '../x', '/etc/passwd', 'src/../.env'])(
  'does not serve %s from the disk',
  async (path) => {
    using repository = createTestRepository()
    const tree = await openDiskSourceTree(repository.root, undefined, 0)
    await expect(readContents(tree, { ...form, path })).rejects.toMatchObject({ status: 404 })
  },
)
