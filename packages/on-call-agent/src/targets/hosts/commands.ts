import type { HostEntry } from './settings.ts'

/**
 * Every command that is ever sent to a host. A form is a list of words, some of them slots in angle brackets; a slot takes only what the host's entry lists. The argv is
 * built anew from the slots: no text of a model, a person or an alert is passed on.
 */
interface CommandForm {
  form: string
  argv(slots: Slots): string[]
  changes?: true
}
type Slots = Record<SlotName, string>

/** Words that a shell would pass on as they are. */
const SAFE_WORD = /^[A-Za-z0-9@%+=:,./_~-]+$/
const MOST_LINES = 500

const rest = (text: string) => text.split(' ')
const FORMS = [
  { form: 'systemctl status <service>', argv: ({ service }) => [...rest('systemctl status --no-pager --lines=20'), service] },
  {
    form: 'systemctl show <service>',
    argv: ({ service }) => [
      ...rest('systemctl show --no-pager --property=Id,ActiveState,SubState,Result,ExecMainStatus,MainPID,NRestarts,StateChangeTimestamp'),
      service,
    ],
  },
  {
    form: 'journalctl -u <service> -n <lines>',
    argv: ({ service, lines }) => [...rest('journalctl --no-pager --quiet -u'), service, '-n', lines],
  },
  { form: 'df', argv: () => rest('df -P -k') },
  { form: 'df -i', argv: () => rest('df -P -i') },
  { form: 'du <file>', argv: ({ file }) => [...rest('du -s -k'), file] },
  { form: 'ps', argv: () => rest('ps -e -o pid,user,pcpu,etimes,comm --sort=-pcpu') },
  { form: 'uptime', argv: () => ['uptime'] },
  { form: 'free', argv: () => ['free', '-m'] },
  { form: 'ss', argv: () => ['ss', '-ltn'] },
  { form: 'curl <url>', argv: ({ url }) => [...rest('curl -sS -i --max-time 5 --max-filesize 65536'), url] },
  { form: 'tail -n <lines> <log>', argv: ({ lines, log }) => ['tail', '-n', lines, log] },
  { form: 'ping <peer>', argv: ({ peer }) => [...rest('ping -c 3 -W 2'), peer] },
  { form: 'getent hosts <peer>', argv: ({ peer }) => ['getent', 'hosts', peer] },
  { form: 'diff <configuration>', argv: ({ configuration, saved }) => ['diff', '-u', saved, configuration] },
  { form: 'systemctl restart <service>', argv: ({ service }) => ['systemctl', 'restart', service], changes: true },
  { form: 'logrotate <rotation>', argv: ({ rotation }) => ['logrotate', '--force', rotation], changes: true },
  { form: 'clear <cache>', argv: ({ cache }) => ['find', cache, ...rest('-xdev -mindepth 1 -delete')], changes: true },
  { form: 'kill <pid>', argv: ({ pid }) => ['kill', '-TERM', pid], changes: true },
  { form: 'keep <configuration>', argv: ({ configuration }) => ['cp', '-p', configuration, `${configuration}.oncall`], changes: true },
  { form: 'restore <configuration>', argv: ({ configuration, saved }) => ['cp', '-p', saved, configuration], changes: true },
  {
    form: 'put back <configuration>',
    argv: ({ configuration }) => ['cp', '-p', `${configuration}.oncall`, configuration],
    changes: true,
  },
] as const satisfies CommandForm[]

type SlotName = 'service' | 'lines' | 'file' | 'url' | 'log' | 'peer' | 'configuration' | 'saved' | 'rotation' | 'cache' | 'pid'

/** What a slot may hold on this host. */
const SLOTS: Record<Exclude<SlotName, 'saved'>, (word: string, entry: HostEntry) => boolean> = {
  service: (word, { services }) => services.includes(word),
  lines: (word) => /^[1-9]\d{0,2}$/.test(word) && Number(word) <= MOST_LINES,
  file: (word, { logs = [], caches = [] }) => logs.some(({ file }) => file === word) || caches.includes(word),
  url: (word, { urls = [] }) => urls.includes(word),
  log: (word, { logs = [] }) => logs.some(({ file }) => file === word),
  peer: (word, { peers = [] }) => peers.includes(word),
  configuration: (word, { configurations = [] }) => configurations.some(({ file }) => file === word),
  rotation: (word, { logs = [] }) => logs.some(({ rotate }) => rotate === word),
  cache: (word, { caches = [] }) => caches.includes(word),
  pid: (word) => /^[1-9]\d{0,6}$/.test(word) && word !== '1',
}

/** A command as it is run: `argv` for a person and the protocol, `form` for a message. */
export interface Command {
  form: string
  argv: string[]
}

/** What came of a text that asks for a command. */
export type CommandDecision = { kind: 'run'; command: Command } | { kind: 'refuse'; reason: 'no_such_form' | 'not_listed'; message: string }

/** Reads a diagnostic command out of a model's words: it is one of the forms, its words divided by single spaces, or it is refused. */
export function readDiagnostic(text: string, entry: HostEntry): CommandDecision {
  return match(text.split(' '), entry, (form) => !('changes' in form))
}

/** A command of ours by its form, each slot checked like a model's. @throws Error when the entry does not list it: that is a mistake of ours. */
export function commandOf(words: string[], entry: HostEntry): Command {
  const decision = match(words, entry, () => true)
  if (decision.kind === 'run') return decision.command
  throw new Error(decision.message)
}

function match(words: string[], entry: HostEntry, mayUse: (form: CommandForm) => boolean): CommandDecision {
  const fitting = FORMS.filter((form: CommandForm) => mayUse(form) && fits(form.form.split(' '), words))
  if (fitting.length === 0)
    return {
      kind: 'refuse',
      reason: 'no_such_form',
      message: `This is none of the commands that may run: ${describeForms(entry).join('; ')}`,
    }
  for (const form of fitting) {
    const slots = readSlots(form.form.split(' '), words, entry)
    if (slots) return { kind: 'run', command: { form: form.form, argv: (form as CommandForm).argv(slots).map(demandSafe) } }
  }
  return {
    kind: 'refuse',
    reason: 'not_listed',
    message: `Not everything in it is listed for this host. What may run: ${describeForms(entry).join('; ')}`,
  }
}

function fits(form: string[], words: string[]): boolean {
  return form.length === words.length && form.every((part, i) => slotOf(part) !== undefined || part === words[i])
}

const slotOf = (part: string) => /^<([a-z]+)>$/.exec(part)?.[1] as Exclude<SlotName, 'saved'> | undefined // The forms name only these.

function readSlots(form: string[], words: string[], entry: HostEntry): Slots | undefined {
  const given: Partial<Slots> = {}
  for (const [i, part] of form.entries()) {
    const slot = slotOf(part)
    const word = words[i] ?? ''
    if (slot === undefined) continue
    if (!SLOTS[slot](word, entry)) return undefined
    given[slot] = word
  }
  const saved = entry.configurations?.find(({ file }) => file === given.configuration)?.saved
  return { ...given, ...(saved !== undefined && { saved }) } as Slots // A form's argv reads the slots that it names.
}

/** @throws Error: a word with a meaning to a shell never leaves this process. */
function demandSafe(word: string): string {
  if (SAFE_WORD.test(word)) return word
  throw new Error(`The word ${JSON.stringify(word)} may not be part of a command`)
}

/** The diagnostic forms with what each slot takes on this host, for the model and for messages. */
export function describeForms(entry: HostEntry): string[] {
  const lists: Partial<Record<SlotName, readonly string[]>> = {
    service: entry.services,
    lines: [`1 to ${MOST_LINES}`],
    file: [...(entry.logs ?? []).map(({ file }) => file), ...(entry.caches ?? [])],
    url: entry.urls ?? [],
    log: (entry.logs ?? []).map(({ file }) => file),
    peer: entry.peers ?? [],
    configuration: (entry.configurations ?? []).map(({ file }) => file),
  }
  return FORMS.filter((form: CommandForm) => form.changes === undefined).flatMap(({ form }) => {
    const slots = form.split(' ').flatMap((part) => slotOf(part) ?? [])
    if (slots.some((slot) => lists[slot]?.length === 0)) return []
    return form.replace(/<([a-z]+)>/g, (_, slot: SlotName) => `{${lists[slot]?.join('|') ?? slot}}`)
  })
}
