import { FULL_PERCENT } from '@oncall-lab/on-call-agent/host-functions'
import { askJournal, askStatus, CHECK_HOST, hostService, journalOf, onHosts } from '../facts/hosts.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { excerpt, list } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** Whether the service runs, as systemd shows it. */
export const hostUnit = defineSignal({
  about: 'the service on its host',
  source: 'unit',
  levels: ['failed', 'stopped', 'restarting', 'active'],
  abnormal: ['failed', 'stopped', 'restarting'],
  questions: (facts) => {
    const found = hostService(facts)
    const status = found && found.state !== 'active' ? askStatus(facts) : undefined
    return status ? [CHECK_HOST, status] : [CHECK_HOST]
  },
  read: (facts) => {
    const reading = onHosts(facts, 'services')
    const found = hostService(facts)
    if (reading.kind !== 'seen' || !found) return unread(reading) ?? EMPTY
    const { host, service, state, result, since, main_pid } = found
    const quote = quoteFrom(reading.call, `"service":"${service}","state":"${state}"`, ...memberOf('state', state))
    const when = since ? ` since ${since}` : ''
    if (state === 'active') return seen('active', `${service} on ${host} is active as process ${main_pid}${when}`, { quote })
    const level = state === 'failed' ? 'failed' : state === 'inactive' ? 'stopped' : 'restarting'
    return seen(level, `${service} on ${host} is ${state} (${result})${when}`, { quote, text: service })
  },
})

/** Whether a disk of the host has room. */
export const hostDisk = defineSignal({
  about: 'the disks of the host',
  source: 'disk',
  levels: ['full', 'room'],
  abnormal: ['full'],
  questions: () => [CHECK_HOST],
  read: (facts) => {
    const disks = onHosts(facts, 'disks')
    const files = onHosts(facts, 'files')
    if (disks.kind !== 'seen') return unread(disks) ?? EMPTY
    const [fullest] = disks.value.toSorted((a, b) => b.used_percent - a.used_percent)
    if (!fullest) return EMPTY
    const { host, mount, used_percent } = fullest
    const quote = quoteFrom(disks.call, ...memberOf('used_percent', used_percent))
    if (used_percent < FULL_PERCENT) return seen('room', `the fullest disk of ${host} (${mount}) is used to ${used_percent} %`, { quote })
    const [largest] = files.kind === 'seen' ? files.value.toSorted((a, b) => b.kilobytes - a.kilobytes) : []
    const most = largest ? `, and ${largest.path} holds ${largest.kilobytes} KB of it` : ''
    return seen('full', `the disk ${mount} of ${host} is used to ${used_percent} %${most}`, { quote, text: largest?.path })
  },
})

/** Whether a configuration is what was saved of it. */
export const hostSettings = defineSignal({
  about: 'the configuration on the host',
  source: 'settings',
  levels: ['changed', 'as_saved'],
  abnormal: ['changed'],
  questions: () => [CHECK_HOST],
  read: (facts) => {
    const reading = onHosts(facts, 'configurations')
    const [first] = reading.kind === 'seen' ? reading.value : []
    if (reading.kind !== 'seen' || !first) return unread(reading) ?? EMPTY
    const changed = reading.value.find(({ differs }) => differs)
    if (!changed)
      return seen('as_saved', `${first.file} is as it was saved`, { quote: quoteFrom(reading.call, ...memberOf('differs', false)) })
    const lines = changed.difference.split('\n').filter((line) => /^[-+][^-+]/.test(line))
    return seen('changed', `${changed.file} on ${changed.host} differs from its saved copy (${excerpt(lines.join(' '), 120)})`, {
      quote: quoteFrom(reading.call, ...memberOf('differs', true)),
      text: changed.file,
    })
  },
})

/** More of a core, for a process that is no service of the host. */
const BUSY_PERCENT = 15

/** Whether a process that is no listed service uses up the CPU. */
export const hostProcess = defineSignal({
  about: 'the processes of the host',
  source: 'processes',
  levels: ['runaway', 'quiet'],
  abnormal: ['runaway'],
  questions: () => [CHECK_HOST],
  read: (facts) => {
    const processes = onHosts(facts, 'processes')
    const services = onHosts(facts, 'services')
    if (processes.kind !== 'seen') return unread(processes) ?? EMPTY
    const own = new Set(services.kind === 'seen' ? services.value.map(({ main_pid }) => main_pid) : [])
    const [busiest] = processes.value
      .filter(({ pid, user }) => !own.has(pid) && user !== 'root')
      .toSorted((a, b) => b.cpu_percent - a.cpu_percent)
    if (!busiest || busiest.cpu_percent < BUSY_PERCENT)
      return seen('quiet', 'no process of the host stands out by its CPU', { quote: quoteFrom(processes.call, '"processes":[') })
    const { pid, command, user, cpu_percent, seconds, host } = busiest
    return seen('runaway', `process ${pid} (${command} of ${user}) on ${host} uses ${cpu_percent} % of a core for ${seconds} s`, {
      quote: quoteFrom(processes.call, ...memberOf('cpu_percent', cpu_percent)),
      text: String(pid),
    })
  },
})

/** Whether the pages of the host answer. */
export const hostPage = defineSignal({
  about: 'the pages of the host',
  source: 'page',
  levels: ['silent', 'errors', 'answers'],
  abnormal: ['silent', 'errors'],
  questions: () => [CHECK_HOST],
  read: (facts) => {
    const reading = onHosts(facts, 'pages')
    const [first] = reading.kind === 'seen' ? reading.value : []
    if (reading.kind !== 'seen' || !first) return unread(reading) ?? EMPTY
    const worst = reading.value.find(({ status }) => status === null) ?? reading.value.find(({ status }) => (status ?? 0) >= 500) ?? first
    const quote = quoteFrom(reading.call, ...memberOf('status', worst.status))
    if (worst.status === null) return seen('silent', `${worst.url} does not answer (${excerpt(worst.says, 120)})`, { quote })
    return worst.status >= 500
      ? seen('errors', `${worst.url} answers ${worst.status}`, { quote })
      : seen('answers', `${worst.url} answers ${worst.status}`, { quote })
  },
})

const REASONS = [
  [
    'configuration',
    /\[emerg\]|unknown directive|syntax error|invalid (?:option|parameter|value|configuration)|configuration file .* test failed/i,
  ],
  ['no_space', /no space left|disk quota exceeded/i],
  ['killed', /code=killed|signal=(?:KILL|9)\b|oom-kill/i],
] as const

/** What the service's own journal gives as the reason. */
export const hostJournal = defineSignal({
  about: 'the journal of the service',
  source: 'diary',
  levels: ['configuration', 'no_space', 'killed', 'says_nothing'],
  abnormal: ['configuration', 'no_space', 'killed'],
  needsAll: ['says_nothing'],
  questions: (facts) => {
    const question = askJournal(facts)
    return question ? [question] : []
  },
  read: (facts) => {
    const reading = journalOf(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    for (const [level, words] of REASONS) {
      const line = reading.value.findLast((each) => words.test(each))
      if (line)
        return seen(level, `the journal says "${excerpt(line.replace(/^.*?\]: /, ''), 160)}"`, {
          quote: quoteFrom(reading.call, line),
          text: line,
        })
    }
    const services = list([hostService(facts)?.service ?? facts.service])
    return seen('says_nothing', `the journal of ${services} gives no reason`, { quote: quoteFrom(reading.call, '"stdout":') })
  },
})
