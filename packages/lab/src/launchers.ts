import { type ProcessEntry, readProcess } from '@oncall-lab/service-kit/process-table'

const LOOK_EVERY_MS = 1_000

/** npx, npm and pnpm, as they appear in a list of processes. */
const PACKAGE_RUNNER = /^(\S*node(\s+-\S+)*\s+)?(\S*\/)?(npx|npm|pnpm)(-cli)?([.\s]|$)/
const SHELL = /^(\S*\/)?(sh|bash|dash|zsh) -c/

/**
 * The processes between a person and this one: `npx -y pnpm@12 lab up` is a chain of npx, a shell, pnpm, a shell and us.
 * Nearest first: our parent whatever it is, then shells and package runners up to the outermost package runner.
 */
export function findLaunchers(look: (pid: number) => ProcessEntry | null = readProcess, parentPid = process.ppid): ProcessEntry[] {
  const chain: ProcessEntry[] = []
  for (let entry = look(parentPid); entry && entry.pid > 1; entry = look(entry.parentPid)) {
    const isRunner = PACKAGE_RUNNER.test(entry.command)
    if (!isRunner && !SHELL.test(entry.command)) break
    chain.push(entry)
  }
  const outermost = chain.findLastIndex(({ command }) => PACKAGE_RUNNER.test(command))
  return chain.slice(0, outermost + 1)
}

/** Calls back once when our parent, or a launcher above it, is gone: whoever was killed with SIGKILL could not tell us. Returns the end of the watch. */
export function watchLaunchers(onGone: () => void): () => void {
  const parentPid = process.ppid
  const launchers = findLaunchers()
  const timer = setInterval(() => {
    const gone = process.ppid !== parentPid || launchers.some(({ pid, startMark }) => readProcess(pid)?.startMark !== startMark)
    if (!gone) return
    clearInterval(timer)
    onGone()
  }, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
