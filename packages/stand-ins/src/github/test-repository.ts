import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The environment under which tests run git: nobody's configuration. */
export const GIT_ENVIRONMENT = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' }

/** A repository in a folder of its own with two commits, links in and out of it, and files that are not tracked. */
export function createTestRepository() {
  const root = mkdtempSync(join(tmpdir(), 'repository-'))
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Mei', '-c', 'user.email=mei@oncall-lab.example', '-c', 'commit.gpgsign=false', '-C', root, ...args],
      {
        env: GIT_ENVIRONMENT,
        encoding: 'utf8',
      },
    ).trim()
  const write = (path: string, content: string | Buffer) => writeFileSync(join(root, path), content)
  git('init', '--quiet', '--initial-branch=main')
  mkdirSync(join(root, 'src/deep'), { recursive: true })
  write('README.md', '# Shop\n')
  write('src/app.ts', 'export const price = (item: Item) => item.price\n'.repeat(3))
  write('src/deep/ünïcode name.ts', '1\n')
  write('.gitignore', '.env\n')
  symlinkSync('app.ts', join(root, 'src/link.ts'))
  symlinkSync('/etc/passwd', join(root, 'src/outside'))
  git('add', '.')
  git('commit', '--quiet', '-m', 'First\n\nWith a body')
  write('src/app.ts', 'changed\n')
  git('commit', '--quiet', '-am', 'Second')
  write('.env', 'SECRET=1\n')
  write('untracked.ts', 'secret\n')
  return { root, git, write, [Symbol.dispose]: () => rmSync(root, { recursive: true }) }
}
