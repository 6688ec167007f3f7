import { expect, it } from 'vitest'
import { findLaunchers } from './launchers.ts'

/** Commands from our parent upwards. */
function chain(...commands: string[]): number[] {
  const entries = commands.map((command, index) => ({
    pid: index + 10,
    parentPid: index + 11,
    startMark: 'x',
    command,
    uptimeSeconds: 0,
  }))
  return findLaunchers((pid) => entries[pid - 10] ?? null, 10).map(({ pid }) => pid)
}

it.each([
  [
    'npx, pnpm and their shells',
    ['sh -c trap x; node main.ts', 'pnpm lab up', "sh -c 'pnpm' lab up", 'npm exec pnpm@12 lab up', '-bash'],
    [10, 11, 12, 13],
  ],
  ['a package runner that is a Node script', ['sh -c node main.ts', '/usr/bin/node /usr/lib/pnpm.cjs lab up', 'zsh'], [10, 11]],
  ['not the shell script above the package runner', ['sh -c x', 'pnpm run lab', 'bash -c npx pnpm lab up & sleep 9', 'sshd'], [10, 11]],
  ['nothing when a person started node itself', ['-bash', 'sshd'], []],
  ['nothing when a script started node itself', ['bash -c node main.ts', 'cron'], []],
])('watches %s', (_, commands, watched) => {
  expect(chain(...commands)).toEqual(watched)
})
