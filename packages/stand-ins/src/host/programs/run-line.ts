import { setTimeout as sleep } from 'node:timers/promises'
import { cp, df, diff, du, find, logrotate, tail } from './files.ts'
import { curl, free, kill, ps, ss, uptime } from './processes.ts'
import { fails, type Output, type Program, type Surroundings } from './program.ts'
import { getent, journalctl, ping, systemctl } from './systemctl.ts'

/** All that is installed on the machine. */
const PROGRAMS = new Map<string, Program>(
  Object.entries({
    systemctl,
    journalctl,
    df,
    du,
    ps,
    ss,
    curl,
    tail,
    ping,
    getent,
    uptime,
    free,
    diff,
    cp,
    find,
    logrotate,
    kill,
  }),
)

/** There is no shell: words without a meaning to one, divided by single spaces. */
const LINE = /^[A-Za-z0-9@%+=:,./_~-]+(?: [A-Za-z0-9@%+=:,./_~-]+)*$/
const LONGEST = 1_000
const REFUSED = 126
const TIMED_OUT = 124

/** Runs one line as `timeout N PROGRAM ARGUMENTS…`, the only form that is accepted. */
export async function runLine(line: string, surroundings: Surroundings): Promise<Output> {
  if (line.length > LONGEST || !LINE.test(line)) return fails('oncall-commands: refused', REFUSED)
  const [first, seconds = '', name = '', ...args] = line.split(' ')
  if (first !== 'timeout' || !/^[1-9]\d?$/.test(seconds)) return fails('oncall-commands: refused', REFUSED)
  const program = PROGRAMS.get(name)
  if (!program) return fails(`oncall-commands: refused: ${name}`, REFUSED)
  const ending = new AbortController()
  try {
    return await Promise.race([program(args, surroundings), sleep(Number(seconds) * 1_000, { code: TIMED_OUT }, { signal: ending.signal })])
  } catch {
    // Its words would name the place of a file on this computer.
    return fails(`${name}: Input/output error`)
  } finally {
    ending.abort()
  }
}
