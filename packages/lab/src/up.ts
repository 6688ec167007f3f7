import { once } from 'node:events'
import { awaitRun } from './await-run.ts'
import { CliError } from './cli-error.ts'
import { commandFor } from './command-line.ts'
import type { Lab } from './lab.ts'
import { readRunFile } from './run-file.ts'
import { startLab } from './start-lab.ts'
import { describeCluster, describeHost, describeLab } from './welcome.ts'

const OTHER_STARTS_WITHIN_MS = 100_000
const OTHER_STOPS_WITHIN_MS = 15_000

interface UpOptions {
  replicas: number
  kubernetes?: boolean
  hosts?: boolean
  traffic: number
  say: (line: string) => void
  signal: AbortSignal
  /** Called once when everything is ready. */
  onReady?: () => void
  /** Called once after the addresses are shown. */
  onShown?: () => void
}

/** `lab up` in the foreground: brings the lab up, stays until the signal, takes it down in order. Returns at once when it runs already. */
export async function runUp(
  lab: Lab,
  { replicas, traffic, kubernetes = false, hosts = false, say, signal, onReady, onShown }: UpOptions,
): Promise<void> {
  await untilNotStopping(lab)
  const outcome = await startLab(lab, { replicas, traffic, kubernetes, hosts, say, signal })
  if (outcome.kind !== 'started') return reportRunning(lab, outcome.kind, say)
  for (const line of await describeLab(lab)) say(line)
  if (kubernetes) say(`\n${describeCluster(lab)}`)
  if (hosts) say(`\n${describeHost(lab)}`)
  onShown?.()
  if (onReady) onReady()
  else say('\nThe lab runs in this terminal until Ctrl-C; type these commands in another one.')
  if (!signal.aborted) await once(signal, 'abort')
  say('Taking the lab down.')
  await outcome.lab.stop()
  say('Everything is down.')
}

/** A lab that goes down at this moment is given the time to do so. */
export async function untilNotStopping({ directory }: Lab): Promise<void> {
  if (readRunFile(directory.runFile)?.state === 'stopping')
    await awaitRun(directory.runFile, (run) => run?.state !== 'stopping', OTHER_STOPS_WITHIN_MS)
}

/** Tells that the lab runs already, with its addresses; waits while another process still starts it. */
export async function reportRunning(lab: Lab, kind: 'runs_already' | 'runs_elsewhere', say: (line: string) => void): Promise<void> {
  const { directory } = lab
  if (kind === 'runs_elsewhere') say('The lab runs already; it was not started from this directory (containers, or another checkout).')
  else {
    const run = await awaitRun(directory.runFile, (present) => present?.state !== 'starting', OTHER_STARTS_WITHIN_MS)
    if (run?.state !== 'ready') throw new CliError('Another process was starting this lab and did not get it up. Try again.')
    say(`The lab runs already, since ${run.started_at} (pid ${run.pid}, ${run.replicas} instances of inventory at the start).`)
    say(`It stays as it is; other options need a new start, after:  ${commandFor(lab, 'down')}`)
  }
  for (const line of await describeLab(lab)) say(line)
}
