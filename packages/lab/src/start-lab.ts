import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { holdFile } from '@oncall-lab/postgres-server/server'
import { describeError } from '@oncall-lab/service-kit/errors'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { everyPartAnswers, partsToAsk } from './answering-lab.ts'
import { demandFreePorts, type NeededPort, portsOf } from './busy-ports.ts'
import { CliError } from './cli-error.ts'
import { demandUsableEnvironment } from './environment.ts'
import { forgetDemo } from './forget-demo.ts'
import type { Lab } from './lab.ts'
import { ERROR_LOG } from './lab-directory.ts'
import { keepPrivate } from './log-file.ts'
import type { Part } from './part.ts'
import { heldUntil, releasePart } from './part-hold.ts'
import { composeParts } from './parts.ts'
import { findProgram } from './programs/find-program.ts'
import { renderMonitoring } from './rendered-config.ts'
import { claimRunFile, type LabRun, releaseRunFile, updateRunFile } from './run-file.ts'
import { PartFailed } from './supervised-part.ts'
import { createSupervisor, type Supervisor } from './supervisor.ts'

/** A lab that this process runs. */
interface RunningLab {
  /** Takes everything down in order and gives the run file up; safe at any moment, and more than once. */
  stop(): Promise<void>
}

/** `elsewhere`: all parts answer, and no run file of ours says who started them (containers, another checkout). */
export type StartOutcome = { kind: 'started'; lab: RunningLab } | { kind: 'runs_already'; run: LabRun } | { kind: 'runs_elsewhere' }

interface StartOptions {
  replicas: number
  /** Requests a second of the customers that come with the lab; 0 for none. */
  traffic: number
  /** With the Kubernetes API over the fleet. */
  kubernetes?: boolean
  /** With the machine that is reached over SSH. */
  hosts?: boolean
  say: (line: string) => void
  signal: AbortSignal
}

/**
 * Brings the lab up in this process; resolves when every part is ready, or at once when it runs already.
 * @throws CliError when a port is taken, a program is missing or a part fails, and the signal's reason when that comes first; nothing is left running then.
 */
export async function startLab(lab: Lab, options: StartOptions): Promise<StartOutcome> {
  const { say, signal, replicas } = options
  const { directory, book } = lab
  demandUsableEnvironment(lab.env)
  const begin = Date.now()
  const run = newRun(book.offset, replicas)
  const other = claimRunFile(directory.runFile, run)
  if (other) return { kind: 'runs_already', run: other }

  let supervisor: Supervisor | undefined
  let stopped: Promise<void> | undefined
  const publish = (state: LabRun['state']) => {
    run.state = state
    run.parts = supervisor?.status() ?? []
    updateRunFile(directory.runFile, run)
  }
  const takeDown = async () => {
    if (supervisor) publish('stopping')
    await supervisor?.stop()
    releaseRunFile(directory.runFile)
  }
  const stop = () => {
    stopped ??= takeDown()
    return stopped
  }
  try {
    const parts = await planParts(lab, options)
    if (parts) {
      prepareDirectory(lab)
      for (const { name } of parts) releasePart(directory.state, name)
      supervisor = createSupervisor(parts, {
        cwd: directory.root,
        logs: directory.logs,
        say,
        onChange: () => publish(run.state),
        heldUntil: (part) => heldUntil(directory.state, part),
      })
      await supervisor.start(signal)
      publish('ready')
      say(`Ready after ${((Date.now() - begin) / 1000).toFixed(1)} s.`)
      return { kind: 'started', lab: { stop } }
    }
    await stop()
    return { kind: 'runs_elsewhere' }
  } catch (error) {
    await stop()
    throw error instanceof PartFailed ? new CliError(`${error.message}\nEverything is down again.`) : error
  }
}

/** The parts to start, once their ports are free and the programs found; null when all of them answer already. */
async function planParts(
  lab: Lab,
  { replicas, traffic, kubernetes = false, hosts = false, say, signal }: StartOptions,
): Promise<Part[] | null> {
  if (await everyPartAnswers(lab)) return null
  const parts = partsToAsk(lab)
  for (const part of parts) await part.recover?.()
  await demandFreePorts(neededPorts(lab, parts, replicas), lab.book, { say, signal })
  const [prometheus, alertmanager] = await locatePrograms(lab, say, signal)
  signal.throwIfAborted()
  return composeParts({ ...lab, replicas, traffic, kubernetes, hosts, prometheus, alertmanager })
}

function newRun(offset: number, replicas: number): LabRun {
  const startMark = readProcess(process.pid)?.startMark ?? ''
  const startedAt = new Date().toISOString()
  return { pid: process.pid, start_mark: startMark, port_offset: offset, replicas, state: 'starting', started_at: startedAt, parts: [] }
}

/** The ports of all parts and of the first instances of inventory. */
function neededPorts({ book }: Lab, parts: Part[], replicas: number): NeededPort[] {
  const instances = Array.from({ length: replicas }, (_, index) => ({ port: book.ports.firstInstance + index, name: 'inventory' }))
  return [...portsOf(parts), ...instances]
}

async function locatePrograms(lab: Lab, say: (line: string) => void, signal: AbortSignal): Promise<[string, string]> {
  const outcomes = await Promise.allSettled(
    (['prometheus', 'alertmanager'] as const).map(async (name) => {
      const found = await findProgram(name, { ...lab.programs, say, signal })
      say(`${name} ${found.version} from ${found.from} (${found.path})`)
      return found.path
    }),
  )
  signal.throwIfAborted()
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [describeError(outcome.reason)] : []))
  if (failures.length) throw new CliError(failures.join('\n\n'))
  const [prometheus = '', alertmanager = ''] = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : ''))
  return [prometheus, alertmanager]
}

/**
 * The monitoring data of an earlier run goes: it tells of processes that are no more, and an Alertmanager that remembers having notified
 * would stay silent about the same alert. A fault that held the database down ends with its lab. Incidents, tickets, messages and the shop's data stay,
 * but for a demo's.
 */
function prepareDirectory(lab: Lab): void {
  const { directory } = lab
  for (const data of [directory.prometheusData, directory.alertmanagerData]) {
    rmSync(data, { recursive: true, force: true })
    mkdirSync(data, { recursive: true, mode: 0o700 })
  }
  forgetDemo(directory)
  rmSync(holdFile(directory.postgres), { force: true })
  mkdirSync(directory.data, { recursive: true })
  // SQLite gives its journal the mode of the database.
  for (const path of [directory.agentDb, directory.standInsDb, join(directory.errorLogs, ERROR_LOG)]) keepPrivate(path)
  rmSync(directory.targetsFile, { force: true })
  rmSync(join(dirname(directory.targetsFile), 'kubernetes_targets.json'), { force: true })
  renderMonitoring(lab)
}
