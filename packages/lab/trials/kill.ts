// Kills a starting or running lab at ten moments and looks that no process and no port is left, then that the next lab comes up.
// pnpm --filter @oncall-lab/lab run kill-trial [SIGKILL|SIGTERM|SIGINT] [port offset]
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { listChildren, type ProcessEntry, readProcess } from '@oncall-lab/service-kit/process-table'
import { createAddressBook, MAX_REPLICAS } from '../src/address-book.ts'
import { findBusyPorts } from '../src/busy-ports.ts'
import { nodeCommand } from '../src/parts.ts'

const MOMENTS_MS = [150, 400, 700, 1_000, 1_500, 2_000, 3_000, 4_500, 6_500, 9_000]
const GONE_WITHIN_MS = 10_000
const root = fileURLToPath(new URL('../../..', import.meta.url))
const [signal = 'SIGKILL', offset = '21000'] = process.argv.slice(2)
const { ports } = createAddressBook(Number(offset))
const instances = Array.from({ length: MAX_REPLICAS }, (_, index) => ports.firstInstance + index)
const needed = [...new Set([...Object.values(ports), ...instances])].map((port) => ({ port, name: String(port) }))

function startLab(): ChildProcess {
  const [node, ...args] = nodeCommand(root, 'packages/lab/src/main.ts')
  return spawn(node, [...args, 'up', '--port-offset', offset, '--replicas', '3'], { cwd: root, stdio: 'ignore' })
}

function descendants(pid: number): ProcessEntry[] {
  const children = listChildren(pid)
  return [...children, ...children.flatMap((child) => descendants(child.pid))]
}

const isLeft = (entry: ProcessEntry) => readProcess(entry.pid)?.startMark === entry.startMark

async function trial(moment: number): Promise<string | null> {
  const lab = startLab()
  const pid = lab.pid ?? 0
  await delay(moment)
  const before = descendants(pid)
  const exited = once(lab, 'exit')
  lab.kill(signal as NodeJS.Signals)
  const begin = Date.now()
  const [code, by] = await exited
  const down = Date.now() - begin
  const left = async () => [
    ...before.filter(isLeft).map(({ command }) => command),
    ...(await findBusyPorts(needed)).map(({ name }) => name),
  ]
  while ((await left()).length && Date.now() - begin < GONE_WITHIN_MS) await delay(100)
  const remains = await left()
  console.log(
    `${signal} after ${moment} ms: ${before.length} processes; the lab ended after ${down} ms (${by ?? code}); all gone after ${Date.now() - begin} ms`,
  )
  return remains.length ? `after ${moment} ms these were left: ${remains.join(', ')}` : null
}

const failures: string[] = []
for (const moment of MOMENTS_MS) {
  const failure = await trial(moment)
  if (failure) failures.push(failure)
}
const [node, ...args] = nodeCommand(root, 'packages/lab/src/main.ts')
for (const command of [['up', '--detach'], ['down']]) {
  const child = spawn(node, [...args, ...command, '--port-offset', offset], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) failures.push(`lab ${command.join(' ')} ended with ${code}`)
}
for (const failure of failures) console.error(failure)
console.log(failures.length ? 'FAILED' : 'Nothing was left, and the next lab came up.')
process.exit(failures.length ? 1 : 0)
