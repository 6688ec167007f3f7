import type { InstanceList } from '@oncall-lab/process-manager/api'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { listChildren, type ProcessEntry, readMemoryBytes, readProcess } from '@oncall-lab/service-kit/process-table'
import { everyPartAnswers, partsToAsk } from './answering-lab.ts'
import { portsOf } from './busy-ports.ts'
import type { Lab } from './lab.ts'
import { findPortHolder } from './port-holder.ts'
import { readRunFile } from './run-file.ts'
import { formatStory, type LabStory, readStory } from './story-status.ts'
import { addressOf } from './supervisor.ts'
import { describeAddresses } from './welcome.ts'

/** One line of `lab status`; `null` where it is not known. */
interface StatusRow {
  part: string
  state: string
  pid: number | null
  address: string
  uptime_seconds: number | null
  memory_bytes: number | null
  restarts: number
}

/** What `lab status --json` prints. */
export interface LabStatus {
  running: boolean
  port_offset: number
  state: string | null
  /** The process that supervises the parts; null when the lab was started elsewhere. */
  supervisor_pid: number | null
  parts: StatusRow[]
  total_memory_bytes: number
  /** Null when no lab runs. */
  story: LabStory | null
}

/** What runs at this port offset: from the run file, else by asking the addresses. */
export async function readStatus(lab: Lab): Promise<LabStatus> {
  const run = readRunFile(lab.directory.runFile)
  const rows: StatusRow[] = run
    ? run.parts.map((part) => ({ ...row(part.name, part.port, programPid(part.pid), part.state), restarts: part.restarts }))
    : await askAddresses(lab)
  const running = run !== null || rows.length > 0
  if (run) rows.unshift(row('lab', null, run.pid, run.state))
  const [instances, story] = running ? await Promise.all([askInstances(lab), readStory(lab)]) : [[], null]
  rows.push(...instances)
  return {
    running,
    port_offset: lab.book.offset,
    state: run?.state ?? (running ? 'ready' : null),
    supervisor_pid: run?.pid ?? null,
    parts: rows,
    total_memory_bytes: rows.reduce((sum, { memory_bytes }) => sum + (memory_bytes ?? 0), 0),
    story,
  }
}

function row(part: string, port: number | null, pid: number | null, state: string): StatusRow {
  const entry = pid === null ? null : readProcess(pid)
  return {
    part,
    state,
    pid,
    address: addressOf(port),
    uptime_seconds: entry?.uptimeSeconds ?? null,
    memory_bytes: entry && readMemory(entry),
    restarts: 0,
  }
}

/** Of these the children belong to the part: a PostgreSQL server's sessions, the Alertmanager behind its front, the programs of the stand-in machine. */
const WITH_CHILDREN = /\/postgres -D |\/(?:alertmanager-front|stand-ins\/src)\/main\.ts(?: |$)/

function readMemory({ pid, command }: ProcessEntry): number | null {
  const children = WITH_CHILDREN.test(command) ? listChildren(pid) : []
  const pids = [pid, ...children.map((child) => programPid(child.pid) ?? child.pid)]
  const sizes = pids.map(readMemoryBytes).filter((bytes) => bytes !== null)
  return sizes.length ? sizes.reduce((sum, bytes) => sum + bytes, 0) : null
}

const HOLDER = /(leash|gate)\.sh|^sleep /

/** The pid that a person means: of the program, not of the shell that holds its leash. */
function programPid(pid: number | null): number | null {
  if (pid === null || !HOLDER.test(readProcess(pid)?.command ?? '')) return pid
  return listChildren(pid).find(({ command }) => !HOLDER.test(command))?.pid ?? pid
}

async function askAddresses(lab: Lab): Promise<StatusRow[]> {
  if (!(await everyPartAnswers(lab))) return []
  return Promise.all(
    portsOf(partsToAsk(lab)).map(async ({ name, port }) => row(name, port, (await findPortHolder(port))?.pid ?? null, 'ready')),
  )
}

async function askInstances({ book }: Lab): Promise<StatusRow[]> {
  await using processManager = createHttpClient({ name: 'The process manager', baseUrl: book.url('processManager'), timeoutMs: 2_000 })
  const { instances } = await processManager.get<InstanceList>('/instances').catch((): InstanceList => ({ instances: [] }))
  return instances.map(({ port, pid, state, restarts }) => ({ ...row('inventory', port, pid, state), restarts }))
}

/** For people: the addresses, the story, then the table of processes. */
export async function describeStatus(lab: Lab, status: LabStatus): Promise<string> {
  const story = status.story ? formatStory(status.story) : []
  return [...(await describeAddresses(lab)), '', ...story, '', formatParts(status)].join('\n')
}

/** The table of processes. */
export function formatParts({ parts, total_memory_bytes, port_offset }: Omit<LabStatus, 'story'>): string {
  const lines = parts.map((part) => [
    part.part,
    part.state,
    part.pid === null ? '-' : String(part.pid),
    part.address,
    part.uptime_seconds === null ? '-' : formatSeconds(part.uptime_seconds),
    part.memory_bytes === null ? '-' : formatMegabytes(part.memory_bytes),
    part.restarts === 0 ? '' : `restarts: ${part.restarts}`,
  ])
  const table = [['part', 'state', 'pid', 'address', 'uptime', 'memory', ''], ...lines]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? []
  const text = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...text, '', `${parts.length} processes, ${formatMegabytes(total_memory_bytes)}, port offset ${port_offset}`].join('\n')
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

/** `42s`, `3m05s`, `2h07m`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.floor(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  if (whole < 60) return `${whole}s`
  if (whole < 3_600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`
  return `${Math.floor(whole / 3_600)}h${two(Math.floor((whole % 3_600) / 60))}m`
}
