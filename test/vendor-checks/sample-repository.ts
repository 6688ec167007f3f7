import { createTestRepository } from '@oncall-lab/stand-ins/test-repository'

/** A repository with all that a contents call can meet: large files, a full folder, links, a submodule, a rename, a merge, branches and tags. */
export function createSampleRepository() {
  const repository = createTestRepository()
  const { git, write } = repository
  const first = git('rev-list', '--max-parents=0', 'HEAD')
  write('exact.bin', Buffer.alloc(1_048_576, 7))
  write('large.bin', Buffer.alloc(1_500_000, 7))
  write('image.bin', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))
  git('add', 'exact.bin', 'large.bin', 'image.bin')
  // A thousand files and five without writing one of them to the disk.
  const empty = git('hash-object', '-w', '--stdin')
  const entries = Array.from({ length: 1_005 }, (_, n) => `100644 ${empty}\tmany/f${String(n).padStart(4, '0')}`)
  for (let at = 0; at < entries.length; at += 200)
    git(
      'update-index',
      '--add',
      ...entries.slice(at, at + 200).flatMap((entry) => ['--cacheinfo', entry.replace(/ /, ',').replace('\t', ',')]),
    )
  git('update-index', '--add', '--cacheinfo', `160000,${first},sub`)
  git('commit', '--quiet', '-m', 'Large files, a full folder and a submodule')
  git('checkout', '--quiet', '-b', 'feature/slash')
  git('mv', 'README.md', 'READ.md')
  git('commit', '--quiet', '-m', 'Rename')
  const renamed = git('rev-parse', 'HEAD')
  git('checkout', '--quiet', 'main')
  git('commit', '--quiet', '--allow-empty', '-m', 'Nothing')
  git('merge', '--quiet', '--no-ff', '-m', 'Merge the rename', 'feature/slash')
  write('README.md', '# Shop again\n')
  git('add', 'README.md')
  git('commit', '--quiet', '-m', 'A new README')
  git('tag', 'v1', first)
  git('tag', '-a', 'v2', '-m', 'annotated', first)
  return { ...repository, first, renamed, head: git('rev-parse', 'HEAD'), blob: git('rev-parse', 'HEAD:src/app.ts') }
}

export type SampleRepository = ReturnType<typeof createSampleRepository>
