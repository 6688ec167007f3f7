import type { Host } from '../host.ts'
import { change, defineRemedy, ok, reads, refuse } from './remedy.ts'

async function find(host: Host, pid: string, signal: AbortSignal) {
  return (await reads.processes(host, signal)).find((each) => String(each.pid) === pid)
}

/** SIGTERM for a process above the host's bound: never root's, never a listed service's own. */
export const endProcess = defineRemedy<{ command: string }>({
  takes: 'the number of a process',
  says: (pid, host) => `Ends the process ${pid} on ${host} (SIGTERM).`,
  async check(host, pid, signal) {
    const { runaway, services } = host.entry
    if (!runaway) return refuse('not_listed', `No bound is set for ${host.name} above which a process may be ended`)
    if (!/^[1-9]\d{0,6}$/.test(pid) || pid === '1') return refuse('not_listed', `${JSON.stringify(pid)} is no process that may be ended`)
    const found = await find(host, pid, signal)
    if (!found) return refuse('nothing_to_do', `There is no process ${pid} on ${host.name}`)
    const { command, user, cpu_percent, seconds } = found
    if (user === 'root') return refuse('protected', `${pid} (${command}) belongs to root`)
    for (const service of services)
      if (String((await reads.service(host, service, signal)).main_pid) === pid)
        return refuse('protected', `${pid} is the service ${service} itself`)
    if (cpu_percent < runaway.cpu_percent || seconds < runaway.seconds)
      return refuse(
        'below_bound',
        `${pid} (${command}) used ${cpu_percent} % of a core for ${seconds} s; the bound is ${runaway.cpu_percent} % for ${runaway.seconds} s`,
      )
    return ok(
      `On ${host.name} this would run: kill -TERM ${pid}. It is ${command} of ${user}, with ${cpu_percent} % of a core for ${seconds} s.`,
    )
  },
  before: async (host, pid, signal) => ({ command: (await find(host, pid, signal))?.command ?? '' }),
  async run(host, pid, signal) {
    await change(host, ['kill', pid], signal)
    return `kill -TERM ${pid} ended well on ${host.name}`
  },
  async readOutcome(host, pid, { command }, signal) {
    const found = await find(host, pid, signal)
    // Another process may have the number by now.
    return found?.command === command ? { kind: 'not_done' } : { kind: 'done', output: `Process ${pid} (${command}) is gone` }
  },
})
