import { dictionary } from '@oncall-lab/service-kit/dictionary'
import { MACHINE, SERVICE } from '../places.ts'
import { fails, operands, optionOf, type Program, type Surroundings, says } from './program.ts'

const nameOf = (word = '') => word.replace(/\.service$/, '')
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
/** `Mon 2026-11-30 03:14:07 UTC`. */
const stamp = (ms: number) => {
  const at = new Date(ms)
  return `${DAYS[at.getUTCDay()]} ${at.toISOString().slice(0, 10)} ${at.toISOString().slice(11, 19)} UTC`
}

/** `systemctl status|show|restart|start|stop|is-active NAME`, with the exit codes of systemctl(1). */
export const systemctl: Program = async (args, surroundings) => {
  const [verb = '', name] = operands(args)
  const { unit } = surroundings
  if (nameOf(name) !== SERVICE) {
    if (verb === 'show')
      return says(`Id=${nameOf(name)}.service\nActiveState=inactive\nSubState=dead\nResult=success\nMainPID=0\nNRestarts=0\n`)
    return fails(`Unit ${nameOf(name)}.service could not be found.`, verb === 'status' ? 4 : 5)
  }
  switch (verb) {
    case 'status':
      return { code: unit.state.active === 'active' ? 0 : 3, stdout: describe(surroundings, Number(optionOf(args, '--lines=') ?? 10)) }
    case 'show':
      return says(show(surroundings))
    case 'is-active':
      return { code: unit.state.active === 'active' ? 0 : 3, stdout: `${unit.state.active}\n` }
    case 'restart':
    case 'start': {
      const started = verb === 'restart' ? await unit.restart() : await unit.start()
      return started
        ? says('')
        : fails(
            `Job for ${SERVICE}.service failed because the control process exited with error code.\nSee "systemctl status ${SERVICE}.service" and "journalctl -xeu ${SERVICE}.service" for details.`,
          )
    }
    case 'stop':
      await unit.stop()
      return says('')
    default:
      return fails(`Unknown command verb ${verb}.`)
  }
}

function describe({ unit: { state }, machine: { journal, now } }: Surroundings, lines: number): string {
  const { active, sub, result, since, pid, ended } = state
  const seconds = Math.max(0, Math.round((now() - since) / 1_000))
  const how = active === 'failed' ? `(Result: ${result})` : `(${sub})`
  return [
    `${active === 'active' ? '●' : active === 'failed' ? '×' : '○'} ${SERVICE}.service - A small web server`,
    `     Loaded: loaded (/lib/systemd/system/${SERVICE}.service; enabled; preset: enabled)`,
    `     Active: ${active} ${how} since ${stamp(since)}; ${seconds}s ago`,
    ...(pid > 0 ? [`   Main PID: ${pid} (${SERVICE})`] : ended === '' ? [] : [`   Main PID: (${ended})`]),
    '',
    ...journal.last(SERVICE, lines),
    '',
  ].join('\n')
}

function show({ unit: { state } }: Surroundings): string {
  return [
    `Id=${SERVICE}.service`,
    `ActiveState=${state.active}`,
    `SubState=${state.sub}`,
    `Result=${state.result}`,
    `ExecMainStatus=${state.exitStatus}`,
    `MainPID=${state.pid}`,
    'NRestarts=0',
    `StateChangeTimestamp=${stamp(state.since)}`,
    '',
  ].join('\n')
}

/** `journalctl -u NAME -n LINES`. */
export const journalctl: Program = (args, { machine }) => {
  const lines = machine.journal.last(nameOf(optionOf(args, '-u')), Number(optionOf(args, '-n') ?? 10))
  return says(lines.length > 0 ? `${lines.join('\n')}\n` : '-- No entries --\n')
}

/** `getent hosts NAME`. */
export const getent: Program = (args) => {
  const [database, name = ''] = operands(args)
  if (database !== 'hosts') return fails(`Unknown database: ${database}`)
  return KNOWN_HOSTS[name] === undefined ? { code: 2 } : says(`${KNOWN_HOSTS[name]}       ${name}\n`)
}

const KNOWN_HOSTS = dictionary<string>({ [MACHINE]: '127.0.0.1', localhost: '127.0.0.1' })

const MOST_PINGS = 20

/** `ping -c N NAME`: the machine knows itself alone. */
export const ping: Program = (args) => {
  const name = args.at(-1) ?? ''
  const address = KNOWN_HOSTS[name]
  if (address === undefined) return fails(`ping: ${name}: Name or service not known`, 2)
  const count = Math.min(Number(optionOf(args, '-c') ?? 3) || 1, MOST_PINGS)
  const lines = Array.from({ length: count }, (_, i) => `64 bytes from ${name} (${address}): icmp_seq=${i + 1} ttl=64 time=0.03 ms`)
  return says(
    `PING ${name} (${address}) 56(84) bytes of data.\n${lines.join('\n')}\n\n${count} packets transmitted, ${count} received, 0% packet loss\n`,
  )
}
